import { openApiDocument } from '../../../core/contracts/http/openapi-document.ts';
import { docsRoute, healthRoute, jwksRoute, openApiRoute } from '../../../core/contracts/http/service.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { renderDocs } from '../docs/render-docs.ts';

export interface ServiceRoutePorts {
  readonly publicKeys: () => Promise<{ keys: Record<string, unknown>[] }>;
}

/** The page runs nothing and loads nothing. */
const DOCS_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HOUR = 'public, max-age=3600';

/** Routes about the service itself. */
export function serveService(app: HttpApp, ports: ServiceRoutePorts): void {
  app.openapi(healthRoute, (context) => context.json({ status: 'ok' } as const, 200));

  app.openapi(jwksRoute, async (context) => {
    context.header('cache-control', HOUR);
    return context.json(await ports.publicKeys(), 200);
  });

  app.openapi(openApiRoute, (context) =>
    context.json(openApiDocument() as object as Record<string, never>, 200),
  );
  app.openapi(docsRoute, (context) => {
    context.header('content-security-policy', DOCS_POLICY);
    return context.html(renderDocs(openApiDocument()), 200);
  });
}
