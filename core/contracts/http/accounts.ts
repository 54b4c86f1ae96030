import * as z from 'zod';
import { UserId } from '../ids.ts';
import { createRoute } from './create-route.ts';
import { pageOf, pageQuery } from './paging.ts';
import { idParams } from './params.ts';
import { problemResponses } from './problem.ts';
import { FOR_PERSONS, KeyScope } from './scopes.ts';

const Email = z.email().max(254);
/** Long enough for any sentence, short enough that hashing it costs nothing more. */
const Password = z.string().min(1).max(256);
const Username = z.string().trim().min(1).max(64);

export const UserBody = z
  .object({
    id: UserId,
    email: z.string(),
    username: z.string(),
    role: z.enum(['user', 'admin']),
    disabled: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'User' });
export type UserBody = z.infer<typeof UserBody>;

const NewUser = z
  .strictObject({
    email: Email,
    password: Password,
    passwordConfirmation: Password,
    username: Username.optional(),
    invite: z.string().max(128).optional(),
  })
  .meta({ id: 'NewUser' });

const AccountChanges = z
  .strictObject({
    email: Email.optional(),
    username: Username.optional(),
    password: Password.optional(),
    currentPassword: Password.optional(),
  })
  .meta({ id: 'AccountChanges' });

export const TokensBody = z
  .object({
    accessToken: z.string(),
    refreshToken: z.string(),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().positive().describe('Seconds for which the access token is valid'),
  })
  .meta({ id: 'Tokens' });

const Link = z
  .object({ token: z.string(), link: z.string(), expiresAt: z.iso.datetime() })
  .meta({ id: 'OneTimeLink' });

const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });
const body = <Schema extends z.ZodType>(schema: Schema) => ({
  body: { required: true, content: json(schema) },
});
const answer = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: json(schema),
});

export const registerUserRoute = createRoute({
  method: 'post',
  path: '/v1/users',
  tags: ['Accounts'],
  summary: 'Create an account',
  security: [],
  request: body(NewUser),
  responses: { 201: answer('The account', UserBody), ...problemResponses },
});

export const signInRoute = createRoute({
  method: 'post',
  path: '/v1/sessions',
  tags: ['Accounts'],
  summary: 'Log in',
  security: [],
  request: body(z.strictObject({ email: z.string().min(1).max(254), password: Password })),
  responses: { 201: answer('Tokens', TokensBody), ...problemResponses },
});

export const refreshSessionRoute = createRoute({
  method: 'post',
  path: '/v1/sessions/refresh',
  tags: ['Accounts'],
  summary: 'Trade a refresh token for new tokens',
  description: 'A refresh token can be used once. Using it a second time ends its session.',
  security: [],
  request: body(z.strictObject({ refreshToken: z.string().min(1).max(256) })),
  responses: { 201: answer('Tokens', TokensBody), ...problemResponses },
});

export const signOutRoute = createRoute({
  method: 'delete',
  path: '/v1/sessions/current',
  tags: ['Accounts'],
  summary: 'Log out',
  security: FOR_PERSONS,
  responses: { 204: { description: 'The session has ended' }, ...problemResponses },
});

export const getMeRoute = createRoute({
  method: 'get',
  path: '/v1/users/me',
  tags: ['Accounts'],
  summary: 'Your account',
  responses: { 200: answer('The account', UserBody), ...problemResponses },
});

export const changeMeRoute = createRoute({
  method: 'patch',
  path: '/v1/users/me',
  tags: ['Accounts'],
  summary: 'Change your account',
  security: FOR_PERSONS,
  description: 'A new email or password needs `currentPassword`. A new password ends all other sessions.',
  request: body(AccountChanges),
  responses: { 200: answer('The account', UserBody), ...problemResponses },
});

export const deleteMeRoute = createRoute({
  method: 'delete',
  path: '/v1/users/me',
  tags: ['Accounts'],
  summary: 'Delete your account with its images and results',
  description: 'An account with a password needs it as `currentPassword`.',
  security: FOR_PERSONS,
  request: {
    body: { required: false, content: json(z.strictObject({ currentPassword: Password.optional() })) },
  },
  responses: { 204: { description: 'The account is deleted; what it owned follows' }, ...problemResponses },
});

export const listUsersRoute = createRoute({
  method: 'get',
  path: '/v1/users',
  tags: ['Administration'],
  summary: 'All accounts, newest first',
  security: FOR_PERSONS,
  request: { query: z.object(pageQuery) },
  responses: { 200: answer('A page of accounts', pageOf(UserBody)), ...problemResponses },
});

export const changeUserRoute = createRoute({
  method: 'patch',
  path: '/v1/users/{id}',
  tags: ['Administration'],
  summary: 'Disable an account, or change its role',
  security: FOR_PERSONS,
  request: {
    params: idParams,
    ...body(z.strictObject({ disabled: z.boolean().optional(), role: z.enum(['user', 'admin']).optional() })),
  },
  responses: { 200: answer('The account', UserBody), ...problemResponses },
});

export const createInviteRoute = createRoute({
  method: 'post',
  path: '/v1/invites',
  tags: ['Administration'],
  summary: 'Invite somebody: a token that creates one account',
  security: FOR_PERSONS,
  responses: { 201: answer('The invite, which is shown once', Link), ...problemResponses },
});

export const createPasswordResetRoute = createRoute({
  method: 'post',
  path: '/v1/users/{id}/password-reset',
  tags: ['Administration'],
  summary: 'A link that sets a new password, once',
  security: FOR_PERSONS,
  request: { params: idParams },
  responses: { 201: answer('The link, which is shown once', Link), ...problemResponses },
});

export const resetPasswordRoute = createRoute({
  method: 'post',
  path: '/v1/password-resets/{token}',
  tags: ['Accounts'],
  summary: 'Set a new password with a reset link',
  security: [],
  request: {
    params: z.object({ token: z.string().min(1).max(128) }),
    ...body(z.strictObject({ password: Password, passwordConfirmation: Password })),
  },
  responses: {
    204: { description: 'The password is set; all sessions and API keys have ended' },
    ...problemResponses,
  },
});

export const ApiKeyBody = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(KeyScope),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'ApiKey' });
export type ApiKeyBody = z.infer<typeof ApiKeyBody>;

export const createApiKeyRoute = createRoute({
  method: 'post',
  path: '/v1/api-keys',
  tags: ['Accounts'],
  summary: 'Create an API key for a program',
  security: FOR_PERSONS,
  request: body(
    z.strictObject({
      name: z.string().trim().min(1).max(100),
      scopes: z.array(KeyScope).min(1).max(3),
      expiresAt: z.iso.datetime().optional(),
    }),
  ),
  responses: {
    201: answer('The key, which is shown once', ApiKeyBody.extend({ key: z.string() })),
    ...problemResponses,
  },
});

export const listApiKeysRoute = createRoute({
  method: 'get',
  path: '/v1/api-keys',
  tags: ['Accounts'],
  summary: 'Your API keys, newest first',
  security: FOR_PERSONS,
  responses: { 200: answer('The keys', pageOf(ApiKeyBody)), ...problemResponses },
});

export const deleteApiKeyRoute = createRoute({
  method: 'delete',
  path: '/v1/api-keys/{id}',
  tags: ['Accounts'],
  summary: 'Revoke an API key',
  security: FOR_PERSONS,
  request: { params: idParams },
  responses: { 204: { description: 'The key is revoked' }, ...problemResponses },
});
