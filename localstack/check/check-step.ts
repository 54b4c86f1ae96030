/** One of the checks that need no deployment. */
export interface CheckStep {
  readonly name: string;
  readonly run: () => Promise<CheckResult>;
}

export interface CheckResult {
  readonly passed: boolean;
  /** What the person needs to see where it failed. */
  readonly output: string;
}
