import { listModelsRoute } from '../../../core/contracts/http/models.ts';
import type { ModelCatalogue } from '../../../core/domain/model.ts';
import type { HttpApp } from '../../../core/runtime/http-environment.ts';
import { presentModels } from '../../../core/runtime/present.ts';

export interface ModelRoutePorts {
  readonly models: ModelCatalogue;
}

export function serveModels(app: HttpApp, ports: ModelRoutePorts): void {
  app.openapi(listModelsRoute, async (context) =>
    context.json({ items: presentModels(await ports.models.list()), next: null }, 200),
  );
}
