import type { TrustedIssuer } from '../core/contracts/environment.ts';
import type { AccountSettings } from './accounts.ts';
import type { CreditSettings } from './credits.ts';
import type { Settings } from './default-settings.ts';
import type { Hosting } from './hosting.ts';

/** What one deployment is like: settings that it does not name have the defaults of docs/operations.md. */
export interface Stage extends Partial<Settings>, Partial<CreditSettings>, Partial<Hosting> {
  /** The name of the pipeline's stack, and the start of the others': two deployments fit one account. */
  readonly stackPrefix: string;
  /** The address that alarms are sent to. It stands here so that no deployment loses it by a forgotten option. */
  readonly alarmEmail?: string;
  readonly registration?: AccountSettings['registration'];
  readonly trustedIssuers?: readonly TrustedIssuer[];
  readonly realtime?: boolean;
  /** Whether jobs may ask for a GPU: tasks start when one does, and stop when none is left. */
  readonly gpu?: boolean;
  /** Whether the console is served too, by CloudFront. */
  readonly console?: boolean;
  /** Whose pages may call the API from a browser, such as `https://app.example.org`; `*` lets all. */
  readonly corsOrigins?: readonly string[];
  /** Lambda's processors; arm64 costs a fifth less. */
  readonly arch?: 'x64' | 'arm64';
}
