/** As much of an OpenAPI document as the page shows. */
interface OpenApiDocument {
  readonly info: { readonly title: string; readonly description?: string };
  readonly paths?: Readonly<Record<string, object>>;
}

interface Operation {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { name: string; in: string; description?: string; required?: boolean }[];
  readonly requestBody?: { content?: Record<string, { schema?: unknown }> };
  readonly responses?: Readonly<Record<string, { description?: string }>>;
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 56rem; margin: 2rem auto; padding: 0 1rem }
  details { border: 1px solid #8884; border-radius: .5rem; margin: .5rem 0; padding: .5rem .75rem }
  summary { cursor: pointer } summary code { font-weight: 600 }
  .method { display: inline-block; min-width: 4.5rem; font-weight: 700; text-transform: uppercase }
  pre { overflow: auto; background: #8881; padding: .75rem; border-radius: .5rem }
  td { padding: .1rem 1rem .1rem 0; vertical-align: top } h2 { margin-top: 2rem }
`;

/** The API as one page that needs nothing from elsewhere. */
export function renderDocs(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    METHODS.filter((method) => method in item).map((method) => ({
      path,
      method,
      operation: (item as Record<string, Operation>)[method] as Operation,
    })),
  );
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? 'Other');
  const sections = [...byTag].map(
    ([tag, members]) => `<h2>${escapeHtml(tag)}</h2>${members.map(renderOperation).join('')}`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(document.info.title)} API</title><style>${STYLE}</style>
<h1>${escapeHtml(document.info.title)} API</h1><p>${escapeHtml(document.info.description ?? '')}
Errors are <code>application/problem+json</code>; switch on their <code>code</code>, read their <code>detail</code>.
The whole document: <a href="v1/openapi.json">v1/openapi.json</a>.</p>
${sections.join('')}</html>`;
}

function renderOperation({
  path,
  method,
  operation,
}: {
  path: string;
  method: string;
  operation: Operation;
}) {
  const {
    summary = '',
    description = '',
    parameters = [],
    requestBody,
    responses = {},
    security,
  } = operation;
  const rows = (entries: [string, string][]) =>
    entries.map(([name, text]) => `<tr><td><code>${escapeHtml(name)}</code><td>${escapeHtml(text)}`).join('');
  const schemas = Object.entries(requestBody?.content ?? {}).map(
    ([type, { schema }]) =>
      `<p>Body: <code>${escapeHtml(type)}</code></p><pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre>`,
  );
  return `<details><summary><span class="method">${method}</span><code>${escapeHtml(path)}</code> ${escapeHtml(summary)}${
    security?.length === 0 ? ' · public' : ''
  }</summary><p>${escapeHtml(description)}</p>
<table>${rows(parameters.map(({ name, in: where, description: text = '' }) => [name, `${where}. ${text}`]))}</table>
${schemas.join('')}<table>${rows(Object.entries(responses).map(([status, { description: text = '' }]) => [status, text]))}</table></details>`;
}
