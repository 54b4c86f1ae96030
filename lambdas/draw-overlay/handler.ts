import { getJobOverlayRoute } from '../../core/contracts/http/jobs.ts';
import { type DrawOverlayPorts, drawOverlay } from '../../core/domain/jobs/draw-overlay.ts';
import { createHttpApp, type HttpAppOptions } from '../../core/runtime/http-app.ts';
import { httpHandler } from '../../core/runtime/http-handler.ts';
import { limitRequests, type RequestLimits } from '../../core/runtime/limit-requests.ts';
import { prefetching } from '../../core/runtime/prefetch.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

type Ports = DrawOverlayPorts &
  RequestLimits &
  Pick<HttpAppOptions, 'authenticate' | 'corsOrigins'> & {
    readonly signedUrl: (key: string) => Promise<string>;
  };

/** `GET /v1/jobs/{id}/overlay.png`: drawn at the first request, kept, answered by a redirect. */
export function createHandler(ports: Ports, telemetry: Telemetry) {
  const app = createHttpApp({ ...telemetry, ...ports });
  app.use(limitRequests(ports));
  app.openapi(
    prefetching(getJobOverlayRoute, ({ params: { id } }) => ({ job: id, result: id })),
    async (context) => {
      const key = await drawOverlay(context.req.valid('param').id, context.var, ports);
      return context.redirect(await ports.signedUrl(key), 302);
    },
  );
  return httpHandler(app, telemetry);
}
