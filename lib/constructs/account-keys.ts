import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What a function may do with accounts: users with their password hashes and roles, sessions, API keys, one-time links,
 * counts of log-ins. `identify`: find out who the caller is, and change nothing. Functions that process what users send have neither.
 */
export type AccountRights = 'none' | 'identify' | 'all';

/** Partition keys of accounts as ElectroDB writes them; a test holds them against the entities. */
export const ACCOUNT_KEYS = ['id_usr_*', 'id_ses_*', 'hash_*', 'email_*', 'key_*'].map(
  (key) => `$segmentry#${key}`,
);

/** The partitions of the first index in which all users stand, and each one's sessions and keys. */
export const ACCOUNT_INDEX_KEYS = ['$segmentry', 'account#*'];

const WRITES = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'];
const READS = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'];

/** What keeps a function of these rights from accounts, whatever else it is allowed. */
export function denyAccounts(rights: AccountRights, tableArn: string): PolicyStatement[] {
  if (rights === 'all') return [];
  const actions = rights === 'none' ? [...READS, ...WRITES] : WRITES;
  const deny = (resource: string, denied: string[], keys: string[]) =>
    new PolicyStatement({
      effect: Effect.DENY,
      actions: denied,
      resources: [resource],
      conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': keys } },
    });
  return [
    deny(tableArn, actions, ACCOUNT_KEYS),
    deny(`${tableArn}/index/*`, ['dynamodb:Query'], ACCOUNT_INDEX_KEYS),
  ];
}
