import { getImageThumbnailRoute } from '../../core/contracts/http/images.ts';
import { type MakeThumbnailPorts, makeThumbnail } from '../../core/domain/media/make-thumbnail.ts';
import { imagePrefetchKeys } from '../../core/domain/media/manage-images.ts';
import { createHttpApp, type HttpAppOptions } from '../../core/runtime/http-app.ts';
import { httpHandler } from '../../core/runtime/http-handler.ts';
import { limitRequests, type RequestLimits } from '../../core/runtime/limit-requests.ts';
import { prefetching } from '../../core/runtime/prefetch.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

type Ports = MakeThumbnailPorts &
  RequestLimits &
  Pick<HttpAppOptions, 'authenticate' | 'corsOrigins'> & {
    readonly signedUrl: (key: string) => Promise<string>;
  };

/** `GET /v1/images/{id}/thumbnail.webp`: made at the first request, kept, answered by a redirect. */
export function createHandler(ports: Ports, telemetry: Telemetry) {
  const app = createHttpApp({ ...telemetry, ...ports });
  app.use(limitRequests(ports));
  app.openapi(
    prefetching(getImageThumbnailRoute, ({ params }) => imagePrefetchKeys(params.id)),
    async (context) => {
      const key = await makeThumbnail(context.req.valid('param').id, context.var, ports);
      return context.redirect(await ports.signedUrl(key), 302);
    },
  );
  return httpHandler(app, telemetry);
}
