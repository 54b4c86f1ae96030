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
  ApiKeyPorts;

export function serveAccounts(app: HttpApp, ports: AccountRoutePorts): void {
  app.openapi(registerUserRoute, async (context) => {
    const user = await registerUser({ ...context.req.valid('json'), address: addressOf(context) }, ports);
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
    await resetPassword({ ...reset, address: addressOf(context) }, ports);
    return context.body(null, 204);
  });

  serveSessions(app, ports);
  serveApiKeys(app, ports);
}

function serveSessions(app: HttpApp, ports: AccountRoutePorts): void {
  app.openapi(signInRoute, async (context) =>
    context.json(await signIn({ ...context.req.valid('json'), address: addressOf(context) }, ports), 201),
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

/** Where a request comes from, as API Gateway says it: a header could say anything. */
function addressOf(context: HttpContext): string {
  const { requestContext } = context.env.event as { requestContext?: { identity?: { sourceIp?: string } } };
  return requestContext?.identity?.sourceIp ?? 'unknown';
}
