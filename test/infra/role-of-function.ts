import type { Template } from 'aws-cdk-lib/assertions';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** A call to DynamoDB: of the table, or of one of its indexes, for what lies under a partition key. */
export interface TableCall {
  readonly action: string;
  readonly key: string;
  readonly ofIndex?: boolean;
}

/** What IAM lets a function do. */
export interface FunctionRole {
  readonly name: string;
  /** Whether it is allowed anywhere, whatever the key. */
  isGranted(action: string): boolean;
  mayCall(call: TableCall): boolean;
}

/** The role of every function of a stack, as IAM would evaluate it. */
export function rolesOf(template: Template): FunctionRole[] {
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  const roles = template.findResources('AWS::IAM::Role');
  return Object.entries(template.findResources('AWS::Lambda::Function')).map(([id, fn]) => {
    const role: string = fn.Properties.Role['Fn::GetAtt'][0];
    const attached = policies.filter((policy) =>
      policy.Properties.Roles.some((each: { Ref: string }) => each.Ref === role),
    );
    const inline = roles[role]?.Properties.Policies ?? [];
    const documents = [...attached.map(({ Properties }) => Properties), ...inline];
    const statements: Statement[] = documents.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    return evaluate(id.replace(/Function.*$/, '') || id, statements);
  });
}

function evaluate(name: string, statements: readonly Statement[]): FunctionRole {
  const naming = (effect: Statement['Effect'], action: string) =>
    statements.filter(({ Effect, Action }) => Effect === effect && [Action].flat().some(matches(action)));
  const isGranted = (action: string) => naming('Allow', action).length > 0;
  return {
    name,
    isGranted,
    mayCall: ({ action, key, ofIndex = false }) =>
      isGranted(action) &&
      !naming('Deny', action).some(
        (statement) => ofIndexes(statement) === ofIndex && leadingKeysOf(statement).some(matches(key)),
      ),
  };
}

/** As `StringLike` does, with its only wildcard that is used here. */
const matches = (value: string) => (pattern: string) => {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(value);
};

const ofIndexes = ({ Resource }: Statement) => JSON.stringify(Resource).includes('/index/');

function leadingKeysOf({ Condition }: Statement): string[] {
  const { 'ForAnyValue:StringLike': like } = (Condition ?? {}) as Record<string, Record<string, unknown>>;
  return [like?.['dynamodb:LeadingKeys'] ?? []].flat() as string[];
}
