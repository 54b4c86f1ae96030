import { uploadImageRoute } from '../../../core/contracts/http/images.ts';
import { getJobOverlayRoute } from '../../../core/contracts/http/jobs.ts';
import { docsRoute, healthRoute, jwksRoute, openApiRoute } from '../../../core/contracts/http/service.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { renderDocs } from '../render-docs.ts';

export interface ServiceRoutePorts {
  readonly publicKeys: () => Promise<{ keys: Record<string, unknown>[] }>;
}

/** Routes that functions of their own serve; the API's document names them all the same. */
const SERVED_ELSEWHERE = [uploadImageRoute, getJobOverlayRoute];

/** The page runs nothing and loads nothing. */
const DOCS_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HOUR = 'public, max-age=3600';

/** What tells of the service itself. Call it last: the document holds what was registered before. */
export function serveService(app: HttpApp, ports: ServiceRoutePorts): void {
  app.openapi(healthRoute, (context) => context.json({ status: 'ok' } as const, 200));

  app.openapi(jwksRoute, async (context) => {
    context.header('cache-control', HOUR);
    return context.json(await ports.publicKeys(), 200);
  });

  app.openapi(openApiRoute, (context) => context.json(describe() as object as Record<string, never>, 200));
  app.openapi(docsRoute, (context) => {
    context.header('content-security-policy', DOCS_POLICY);
    return context.html(renderDocs(describe()), 200);
  });

  for (const route of SERVED_ELSEWHERE) app.openAPIRegistry.registerPath(route);

  const describe = () =>
    app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Segmentry', version: '1', description: 'Finds every object in your images.' },
      security: [{ bearer: [] }],
    });
}
