/** Aborted when the process is to end: ECS says so when it takes a task down, also two minutes before a Spot instance goes. */
export function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  // Each may come several times, of which the first counts: once nobody hears a signal it kills.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort(signal));
  return stop.signal;
}
