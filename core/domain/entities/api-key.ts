import type { KeyScope } from '../../contracts/http/scopes.ts';
import { DomainError } from './errors.ts';
import { newId } from './ids.ts';
import { type Principal, requireScope } from './principal.ts';
import { hashSecret, newSecret } from './secret.ts';

/** A program's way in. Only the hash of the key is stored. */
export interface ApiKey {
  readonly id: string;
  readonly userId: string;
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly hash: string;
  readonly createdAt: string;
  readonly expiresAt?: string;
  /** That of its user's, as it was when whoever made it was asked who they are. */
  readonly epoch?: number;
}

/** Where API keys are kept. */
export interface ApiKeyRepository {
  create(apiKey: ApiKey): Promise<void>;
  /** Newest first. A user has few. */
  list(userId: string): Promise<ApiKey[]>;
  /** @returns whether the user had it. */
  remove(userId: string, id: string): Promise<boolean>;
  removeAll(userId: string): Promise<void>;
}

export interface ApiKeyPorts {
  readonly apiKeys: ApiKeyRepository;
  readonly now: () => Date;
}

export class ApiKeyNotFoundError extends DomainError {
  readonly code = 'api_key_not_found';
  readonly kind = 'not_found';

  constructor(id: string) {
    super(`There is no API key ${id}. GET /v1/api-keys lists them.`);
  }
}

export class ApiKeyExpiredAlreadyError extends DomainError {
  readonly code = 'expiry_in_the_past';
  readonly kind = 'unprocessable';

  constructor() {
    super('The key would be expired from the start. Choose a later expiresAt.');
  }
}

/**
 * Makes a key that may do no more than who makes it.
 * @returns the key itself, which can't be told again.
 * @throws ApiKeyExpiredAlreadyError, AdminOnlyError, ForbiddenScopeError
 */
export async function createApiKey(
  request: { name: string; scopes: readonly KeyScope[]; expiresAt?: string | undefined },
  principal: Principal,
  ports: ApiKeyPorts,
): Promise<{ apiKey: ApiKey; key: string }> {
  const { userId, apiKeyEpoch: epoch = 0 } = principal;
  const now = ports.now().toISOString();
  const { name, scopes, expiresAt } = request;
  for (const scope of scopes) requireScope(principal, scope);
  if (expiresAt !== undefined && expiresAt <= now) throw new ApiKeyExpiredAlreadyError();
  // The owner stands in the key, so that one read finds both.
  const key = `sk_${userId.replace('usr_', '')}_${newSecret()}`;
  const apiKey: ApiKey = {
    id: newId('key'),
    userId,
    name,
    scopes: [...new Set(scopes)],
    hash: hashSecret(key),
    createdAt: now,
    epoch,
    ...(expiresAt !== undefined && { expiresAt }),
  };
  await ports.apiKeys.create(apiKey);
  return { apiKey, key };
}

/** The user a key says it is of. */
export const ownerOfKey = (key: string) => {
  const owner = /^sk_([0-9a-z]{1,64})_/.exec(key)?.[1];
  return owner === undefined ? undefined : `usr_${owner}`;
};
