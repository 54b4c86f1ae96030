import { timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { ORIGIN_SECRET_HEADER, VIEWER_ADDRESS_HEADER } from '../../../core/contracts/console-origin.ts';
import {
  changeMeRoute,
  createApiKeyRoute,
  deleteApiKeyRoute,
  deleteMeRoute,
  getMeRoute,
  listApiKeysRoute,
  refreshSessionRoute,
  registerUserRoute,
  resetPasswordRoute,
  signInRoute,
  signOutRoute,
} from '../../../core/contracts/http/accounts.ts';
import {
  changeAccount,
  deleteAccount,
  type ManageAccountPorts,
  readAccount,
} from '../../../core/domain/accounts/manage-account.ts';
import { type OneTimeLinkPorts, resetPassword } from '../../../core/domain/accounts/one-time-link.ts';
import { type RegisterUserPorts, registerUser } from '../../../core/domain/accounts/register-user.ts';
import {
  ApiKeyNotFoundError,
  type ApiKeyPorts,
  createApiKey,
} from '../../../core/domain/entities/api-key.ts';
import { refreshSession, type SessionPorts, signIn } from '../../../core/domain/entities/session.ts';
import type { HttpApp, HttpContext } from '../../../core/runtime/http-environment.ts';
import { presentApiKey, presentUser } from '../../../core/runtime/present-user.ts';

export type AccountRoutePorts = RegisterUserPorts &
  SessionPorts &
  ManageAccountPorts &
  OneTimeLinkPorts &
  ApiKeyPorts & {
    /** What the console's CloudFront sends and nobody else knows; undefined where there is none. */
    readonly originSecret?: string | undefined;
  };

export function serveAccounts(app: HttpApp, ports: AccountRoutePorts): void {
  app.openapi(registerUserRoute, async (context) => {
    const address = addressOf(context, ports);
    const user = await registerUser({ ...context.req.valid('json'), address }, ports);
    context.header('location', '/v1/users/me');
    return context.json(presentUser(user), 201);
  });

  app.openapi(getMeRoute, async (context) =>
    context.json(presentUser(await readAccount(context.get('principal'), ports)), 200),
  );

  app.openapi(changeMeRoute, async (context) =>
    context.json(
      presentUser(await changeAccount(context.req.valid('json'), context.get('principal'), ports)),
      200,
    ),
  );

  app.openapi(deleteMeRoute, async (context) => {
    await deleteAccount(context.req.valid('json') ?? {}, context.get('principal'), ports);
    return context.body(null, 204);
  });

  app.openapi(resetPasswordRoute, async (context) => {
    const reset = { ...context.req.valid('param'), ...context.req.valid('json') };
    await resetPassword({ ...reset, address: addressOf(context, ports) }, ports);
    return context.body(null, 204);
  });

  serveSessions(app, ports);
  serveApiKeys(app, ports);
}

function serveSessions(app: HttpApp, ports: AccountRoutePorts): void {
  app.openapi(signInRoute, async (context) =>
    context.json(
      await signIn({ ...context.req.valid('json'), address: addressOf(context, ports) }, ports),
      201,
    ),
  );

  app.openapi(refreshSessionRoute, async (context) =>
    context.json(await refreshSession(context.req.valid('json').refreshToken, ports), 201),
  );

  app.openapi(signOutRoute, async (context) => {
    const { sessionId } = context.get('principal');
    if (sessionId !== undefined) await ports.sessions.remove(sessionId);
    return context.body(null, 204);
  });
}

function serveApiKeys(app: HttpApp, ports: AccountRoutePorts): void {
  app.openapi(createApiKeyRoute, async (context) => {
    const { apiKey, key } = await createApiKey(context.req.valid('json'), context.get('principal'), ports);
    return context.json({ ...presentApiKey(apiKey), key }, 201);
  });

  app.openapi(listApiKeysRoute, async (context) => {
    const apiKeys = await ports.apiKeys.list(context.get('principal').userId);
    return context.json({ items: apiKeys.map(presentApiKey), next: null }, 200);
  });

  app.openapi(deleteApiKeyRoute, async (context) => {
    const { id } = context.req.valid('param');
    if (!(await ports.apiKeys.remove(context.get('principal').userId, id))) throw new ApiKeyNotFoundError(id);
    return context.body(null, 204);
  });
}

/**
 * Where a request comes from, as API Gateway says it: a header could say anything. To API Gateway, who comes through the
 * console comes from CloudFront, which proves itself and says who it was.
 */
function addressOf(context: HttpContext, { originSecret }: Pick<AccountRoutePorts, 'originSecret'>): string {
  const { requestContext } = context.env.event as { requestContext?: { identity?: { sourceIp?: string } } };
  const viewer = isSame(context.req.header(ORIGIN_SECRET_HEADER), originSecret)
    ? context.req.header(VIEWER_ADDRESS_HEADER)
    : undefined;
  return subscriberOf(viewer ?? requestContext?.identity?.sourceIp ?? 'unknown');
}

/** In constant time, where they are of one length. */
function isSame(given = '', secret = ''): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(secret)];
  return secret !== '' && one.byteLength === other.byteLength && timingSafeEqual(one, other);
}

/** Whoever has one address of IPv6 has all of those that begin with the same four groups. */
function subscriberOf(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  const groups = [...head, ...zeros, ...tail].slice(0, 4).map((group) => Number.parseInt(group, 16));
  return `${groups.map((group) => group.toString(16)).join(':')}::/64`;
}
