/** How often ECS is told that there is still work. */
const PROTECTED_AGAIN_MS = 60_000;

/**
 * Tells `protect` of changes alone, one after another, and again while there is work: protection ends by itself after
 * minutes.
 */
export function createSteadyProtection(
  protect: (isBusy: boolean) => Promise<void>,
  onError: (error: unknown) => void,
): (isBusy: boolean) => Promise<void> {
  let isProtected = false;
  let toldAt = 0;
  let telling = Promise.resolve();
  return (isBusy) => {
    if (isBusy !== isProtected || (isBusy && Date.now() - toldAt >= PROTECTED_AGAIN_MS)) {
      isProtected = isBusy;
      toldAt = Date.now();
      telling = telling.then(() => protect(isBusy).catch(onError));
    }
    return telling;
  };
}
