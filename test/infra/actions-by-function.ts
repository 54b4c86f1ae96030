import type { Template } from 'aws-cdk-lib/assertions';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
}

/** The IAM actions of each function's role policies, by the construct the function stands in. */
export function actionsByFunction(template: Template): Record<string, string[]> {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  return Object.fromEntries(
    functions.map(([id, fn]) => {
      const role: string = fn.Properties.Role['Fn::GetAtt'][0];
      const statements: Statement[] = policies
        .filter((policy) => policy.Properties.Roles.some((each: { Ref: string }) => each.Ref === role))
        .flatMap((policy) => policy.Properties.PolicyDocument.Statement);
      const actions = new Set(statements.flatMap(({ Effect, Action }) => (Effect === 'Allow' ? Action : [])));
      return [id.replace(/Function.*$/, '') || id, [...actions].sort()];
    }),
  );
}
