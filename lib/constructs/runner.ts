import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';

/** Whatever runs the product's code and is granted what it needs: a function, or a task. */
export interface Runner {
  /** Grants exactly `actions` on `resources`. */
  allow(actions: readonly string[], resources: readonly string[]): void;
  addToPolicy(statement: PolicyStatement): void;
  addEnvironment(variables: Record<string, string>): void;
}
