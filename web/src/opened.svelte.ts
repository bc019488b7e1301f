/** Pages that stand in place of the usual one while they are open. */
class Opened {
  partnership = $state(false);
}

export const opened = new Opened();
