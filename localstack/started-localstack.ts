/** A LocalStack that answers, whichever way it was come by. */
export interface StartedLocalstack {
  readonly endpointUrl: string;
  logTail(lines: number): string;
  stop(): Promise<void>;
}
