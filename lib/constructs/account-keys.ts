import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';

/**
 * What a function may do with accounts. `none`: nothing, as is right for what processes what users send. `identify`: find
 * out who the caller is, and change nothing. `erase`: take away what belongs to one. `all`: log people in, which only the
 * API does.
 */
export type AccountRights = 'none' | 'identify' | 'erase' | 'all';

const ofService = (keys: readonly string[]) => keys.map((key) => `$segmentry#${key}`);

/**
 * Partition keys of what tells who a caller is, as ElectroDB writes them: users with their roles, sessions, API keys (whose
 * hash is the key itself: who does not know it finds none). A test holds these lists against the entities.
 */
export const IDENTITY_KEYS = ofService(['id_usr_*', 'id_ses_*', 'hash_*']);

/**
 * Those of what only logging in takes: hashes of passwords and refresh tokens, one-time links, whose address an email is,
 * counts of log-ins.
 */
export const LOGIN_KEYS = ['credential#*', 'link#*', ...ofService(['email_*', 'key_*'])];

/** The partitions of the first index in which all users stand, and each one's sessions and keys. */
export const ACCOUNT_INDEX_KEYS = ['$segmentry', 'account#*'];

const CHANGES = ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'];
const WRITES = [...CHANGES, 'dynamodb:DeleteItem'];
const READS = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query', 'dynamodb:ConditionCheckItem'];

/** What keeps a function of these rights from accounts, whatever else it is allowed. */
export function denyAccounts(rights: AccountRights, tableArn: string): PolicyStatement[] {
  const deny = (keys: string[], actions: string[], resource = tableArn) =>
    new PolicyStatement({
      effect: Effect.DENY,
      actions,
      resources: [resource],
      conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': keys } },
    });
  const denyIndex = () => deny(ACCOUNT_INDEX_KEYS, ['dynamodb:Query'], `${tableArn}/index/*`);
  if (rights === 'all') return [];
  if (rights === 'erase') return [deny(LOGIN_KEYS, [...READS, ...CHANGES])];
  if (rights === 'identify') {
    return [deny(IDENTITY_KEYS, WRITES), deny(LOGIN_KEYS, [...READS, ...WRITES]), denyIndex()];
  }
  return [deny([...IDENTITY_KEYS, ...LOGIN_KEYS], [...READS, ...WRITES]), denyIndex()];
}
