import type { ApiKeyBody, UserBody } from '../contracts/http/accounts.ts';
import type { ApiKey } from '../domain/entities/api-key.ts';
import type { User } from '../domain/entities/user.ts';

/** What is shown of a user: never the hash of the password. */
export const presentUser = ({ id, email, username, role, disabled, createdAt }: User): UserBody => ({
  id,
  email,
  username,
  role,
  disabled,
  createdAt,
});

/** What is shown of an API key: never its hash. */
export const presentApiKey = ({ id, name, scopes, createdAt, expiresAt }: ApiKey): ApiKeyBody => ({
  id,
  name,
  scopes: [...scopes],
  createdAt,
  ...(expiresAt !== undefined && { expiresAt }),
});
