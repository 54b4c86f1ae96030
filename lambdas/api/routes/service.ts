import { uploadImageRoute } from '../../../core/contracts/http/images.ts';
import { getJobOverlayRoute } from '../../../core/contracts/http/jobs.ts';
import { healthRoute, OPENAPI_PATH } from '../../../core/contracts/http/service.ts';
import type { HttpApp } from '../../../core/runtime/http-app.ts';

/** Routes that functions of their own serve; the API's document names them all the same. */
const SERVED_ELSEWHERE = [uploadImageRoute, getJobOverlayRoute];

/** What tells of the service itself. Call it last: the document holds what was registered before. */
export function serveService(app: HttpApp): void {
  app.openapi(healthRoute, (context) => context.json({ status: 'ok' } as const, 200));
  for (const route of SERVED_ELSEWHERE) app.openAPIRegistry.registerPath(route);
  app.doc31(OPENAPI_PATH, {
    openapi: '3.1.0',
    info: { title: 'Segmentry', version: '1', description: 'Finds every object in your pictures.' },
  });
}
