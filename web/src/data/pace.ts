/**
 * A function that runs `action` at once and then at most once per `interval_ms`; calls in between are answered by one
 * run at the end of the interval.
 */
export function atMostEvery(interval_ms: number, action: () => void): { (): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = false;

  function rest(): void {
    timer = setTimeout(() => {
      timer = undefined;
      if (!due) return;
      due = false;
      run();
    }, interval_ms);
  }

  function run(): void {
    rest();
    action();
  }

  function call(): void {
    if (timer === undefined) run();
    else due = true;
  }

  return Object.assign(call, {
    stop: () => {
      clearTimeout(timer);
      timer = undefined;
      due = false;
    },
  });
}
