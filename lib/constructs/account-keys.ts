import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What a function may do with accounts: users with their password hashes and roles, sessions, API keys, one-time links,
 * counts of log-ins. `identify`: find out who the caller is. Functions that process what users send have neither.
 */
export type AccountRights = 'none' | 'identify' | 'all';

/** Partition keys of accounts as ElectroDB writes them; a test holds them against the entities. */
export const ACCOUNT_KEYS = ['id_usr_*', 'id_ses_*', 'hash_*', 'email_*', 'key_*'].map(
  (key) => `$segmentry#${key}`,
);

/** The partition of the first index in which all users stand. */
export const ALL_USERS_KEY = '$segmentry';

const WRITES = ['dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'];
const READS = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'];

/** What keeps a function of these rights from accounts, whatever else it is allowed. */
export function denyAccounts(rights: AccountRights, tableArn: string): PolicyStatement[] {
  if (rights === 'all') return [];
  // Who comes by another issuer's token is made a user at first sight, so those who identify may put one.
  const actions = rights === 'none' ? [...READS, 'dynamodb:PutItem', ...WRITES] : WRITES;
  const deny = (resource: string, denied: string[], keys: string[]) =>
    new PolicyStatement({
      effect: Effect.DENY,
      actions: denied,
      resources: [resource],
      conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': keys } },
    });
  return [
    deny(tableArn, actions, ACCOUNT_KEYS),
    deny(`${tableArn}/index/*`, ['dynamodb:Query'], [ALL_USERS_KEY]),
  ];
}
