import type { OpenApiDocument, OpenApiOperation } from '../../../core/contracts/http/openapi-document.ts';
import { codeSamples } from './code-samples.ts';
import { escapeHtml, proseHtml, tableHtml } from './html.ts';
import { bodyHtml, typeHtml } from './render-schema.ts';

export interface Placed {
  readonly method: string;
  readonly path: string;
  readonly operation: OpenApiOperation;
}

export function renderOperation({ method, path, operation }: Placed, document: OpenApiDocument): string {
  const { operationId: id, summary, description = '', requestBody, security } = operation;
  const bodies = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) => `<h4>Body: <code>${escapeHtml(type)}</code></h4>${bodyHtml(schema)}`,
  );
  return `<article id="${id}"><h3><a href="#${id}"><span class="method">${method}</span> <code>${escapeHtml(path)}</code></a></h3>
<p>${proseHtml(`${summary}.`)} <small>${whoMay(security)}</small></p>${description === '' ? '' : `<p>${proseHtml(description)}</p>`}
${parametersHtml(operation)}${bodies.join('')}<h4>Answers</h4>${answersHtml(operation)}
${samplesHtml(operation, { method, path, document })}</article>`;
}

function whoMay(security: OpenApiOperation['security']): string {
  if (security === undefined) return 'Bearer: an access token or an API key';
  if (security.length === 0) return 'Public';
  return security[0]?.bearer?.includes('admin') ? "Bearer: an admin, or an admin's key" : 'Bearer: a person';
}

const parametersHtml = ({ parameters }: OpenApiOperation) =>
  tableHtml(
    ['parameter', 'in', 'type', ''],
    parameters.map(({ name, in: where, required, schema, description = '' }) => [
      `<code>${escapeHtml(name)}</code>${required ? '' : ' <small>optional</small>'}`,
      where,
      typeHtml(schema),
      proseHtml(description),
    ]),
  );

const answersHtml = ({ responses }: OpenApiOperation) =>
  tableHtml(
    ['status', 'body', ''],
    Object.entries(responses).map(([status, { description, content = {} }]) => [
      status === 'default' ? '<a href="#problems">any other</a>' : status,
      Object.entries(content)
        .map(([type, { schema }]) =>
          type.endsWith('json') ? typeHtml(schema) : `<code>${escapeHtml(type)}</code>`,
        )
        .join('<br>'),
      proseHtml(description),
    ]),
  );

function samplesHtml(
  operation: OpenApiOperation,
  where: { method: string; path: string; document: OpenApiDocument },
): string {
  const { curl, typescript, python } = codeSamples(operation, where);
  const block = (name: string, code: string) => `<h4>${name}</h4><pre>${escapeHtml(code)}</pre>`;
  return `<details><summary>curl, TypeScript, Python</summary>${block('curl', curl)}${block('TypeScript', typescript)}${block('Python', python)}</details>`;
}
