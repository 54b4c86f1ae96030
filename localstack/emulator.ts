import type { Progress } from './progress.ts';
import type { RunFolder } from './run-folder.ts';

/** Keys, region and account that every request to an emulator is signed with. */
export interface EmulatorAccount {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly accountId: string;
}

/** An emulator that can be installed and started. One per value of `EMULATOR`. */
export interface Emulator {
  readonly name: string;
  /** Installs what it runs in, inside the project's folder. Does nothing when that is already there. */
  prepare(progress: Progress): Promise<void>;
  /**
   * Starts it on 127.0.0.1 and waits until it answers. Everything it writes lies in `run`, which also
   * records its processes, so that a later run can sweep what this one leaves.
   * @throws SetupError with the end of its log where it does not come up.
   */
  start(run: RunFolder, options: StartOptions): Promise<RunningEmulator>;
}

export interface StartOptions {
  /** A free port is taken where none is asked for. */
  readonly port?: number | undefined;
  /** Whether it goes on where a run before it in the same folder was stopped, and keeps what the next one needs. */
  readonly keepsState?: boolean | undefined;
}

/** An emulator that answers. */
export interface RunningEmulator {
  readonly name: string;
  /** For instance `http://127.0.0.1:4566`. Never localhost: SDKs then put bucket names before it. */
  readonly endpointUrl: string;
  readonly account: EmulatorAccount;
  /** Whether a stack of the app is deployed here. */
  takesStack(name: string): boolean;
  /** The address below which a REST API's routes lie, without a slash at its end. */
  restApiUrl(restApiId: string, stageName: string): string;
  /** The address of a WebSocket API; absent where there are none. */
  webSocketUrl?(apiId: string, stageName: string): string;
  /** The last lines of its log, for the person who must find out what went wrong. */
  logTail(lines: number): string;
  /**
   * Mends what it drops of the templates in `assembly` (a folder that `cdk synth` wrote), and checks the rest.
   * @throws SetupError where the deployed stacks are not what the templates say.
   */
  afterDeploy(assembly: string): Promise<void>;
  /** Ends it with all its processes. May be called again. */
  stop(): Promise<void>;
}
