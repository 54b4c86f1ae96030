import {
  changeUserRoute,
  createInviteRoute,
  createPasswordResetRoute,
  listUsersRoute,
} from '../../../core/contracts/http/accounts.ts';
import {
  type AdministerUsersPorts,
  changeUser,
  listUsers,
} from '../../../core/domain/accounts/administer-users.ts';
import {
  createInvite,
  createPasswordReset,
  type OneTimeLinkPorts,
} from '../../../core/domain/accounts/one-time-link.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { presentUser } from '../../../core/runtime/present-user.ts';

export type AdministrationRoutePorts = AdministerUsersPorts & OneTimeLinkPorts;

export function serveAdministration(app: HttpApp, ports: AdministrationRoutePorts): void {
  app.openapi(listUsersRoute, async (context) => {
    const { items, next } = await listUsers(context.req.valid('query'), context.get('principal'), ports);
    return context.json({ items: items.map(presentUser), next }, 200);
  });

  app.openapi(changeUserRoute, async (context) => {
    const { disabled, role } = context.req.valid('json');
    const changes = { ...(disabled !== undefined && { disabled }), ...(role !== undefined && { role }) };
    const { id: userId } = context.req.valid('param');
    return context.json(
      presentUser(await changeUser({ userId, ...changes }, context.get('principal'), ports)),
      200,
    );
  });

  app.openapi(createInviteRoute, async (context) => {
    const invite = await createInvite(context.get('principal'), ports);
    return context.json({ ...invite, link: `/v1/users?invite=${invite.token}` }, 201);
  });

  app.openapi(createPasswordResetRoute, async (context) => {
    const reset = await createPasswordReset(context.req.valid('param').id, context.get('principal'), ports);
    return context.json({ ...reset, link: `/v1/password-resets/${reset.token}` }, 201);
  });
}
