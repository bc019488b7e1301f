/** How many places share a word, the commonest first. */
export function placesByWord(places: readonly { word: string }[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { word } of places) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]);
}
