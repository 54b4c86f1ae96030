import type { OpenApiDocument } from '../../../core/contracts/http/openapi-document.ts';
import { PROBLEM_GROUPS } from '../../../core/contracts/problems/all-problems.ts';
import { escapeHtml, proseHtml, tableHtml } from './html.ts';
import { type Placed, renderOperation } from './render-operation.ts';
import { fieldsHtml, schemaAnchor, typeHtml } from './render-schema.ts';

const STYLE = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
  body { max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
  article { border-top: 1px solid #8884; padding: .5rem 0 1rem } h3 { margin: .5rem 0 } h4 { margin: .75rem 0 .25rem }
  h3 a { color: inherit; text-decoration: none } h3 a:hover { text-decoration: underline }
  :target { background: #fc02 } nav ul { columns: 18rem; padding-left: 1rem }
  .method { display: inline-block; min-width: 4.5rem; text-transform: uppercase }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #8881; padding: .75rem; border-radius: .5rem }
  table { border-collapse: collapse } th { text-align: left; font-weight: 600 }
  td, th { padding: .2rem 1rem .2rem 0; vertical-align: top; border-bottom: 1px solid #8882; overflow-wrap: break-word }
  summary { cursor: pointer } h2 { margin-top: 3rem }
`;

const SETUP = `// TypeScript
import { openAsBlob } from 'node:fs';
import { Segmentry } from 'segmentry-client';
const segmentry = new Segmentry({ url: process.env.SEGMENTRY_URL, apiKey: process.env.SEGMENTRY_API_KEY });

# Python: takes both from the environment
from pathlib import Path
from segmentry import Segmentry
segmentry = Segmentry()`;

/** The API as one page that needs nothing from elsewhere, and runs nothing. */
export function renderDocs(document: OpenApiDocument): string {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): Placed => ({ path, method, operation })),
  );
  const byTag = Map.groupBy(operations, ({ operation }) => operation.tags[0] ?? 'Other');
  const about = new Map(document.tags.map(({ name, description }) => [name, description]));
  const sections = [...byTag].map(
    ([tag, members]) =>
      `<h2 id="${escapeHtml(tag)}">${escapeHtml(tag)}</h2><p>${proseHtml(about.get(tag) ?? '')}</p>${members
        .map((member) => renderOperation(member, document))
        .join('')}`,
  );
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(document.info.title)} API</title><style>${STYLE}</style>
<h1>${escapeHtml(document.info.title)} API</h1><p>${escapeHtml(document.info.description)}
Send <code>Authorization: Bearer …</code> with an access token (<a href="#signIn">log in</a>) or an API key
(<a href="#createApiKey">make one</a>). Errors are <code>application/problem+json</code>; switch on their <code>code</code>,
read their <code>detail</code>; <a href="#problems">all codes</a> stand below, <a href="#schemas">all schemas</a> too.
The whole document for generators of clients: <a href="v1/openapi.json">v1/openapi.json</a>.</p>
<pre>${escapeHtml(SETUP)}</pre>
${contents(byTag)}${sections.join('')}${schemasHtml(document)}${problemsHtml()}</html>`;
}

const contents = (byTag: ReadonlyMap<string, readonly Placed[]>) =>
  `<nav aria-label="Operations">${[...byTag]
    .map(
      ([tag, members]) =>
        `<h4><a href="#${escapeHtml(tag)}">${escapeHtml(tag)}</a></h4><ul>${members
          .map(
            ({ operation: { operationId, summary } }) =>
              `<li><a href="#${operationId}">${escapeHtml(summary)}</a>`,
          )
          .join('')}</ul>`,
    )
    .join('')}</nav>`;

const schemasHtml = ({ components }: OpenApiDocument) =>
  `<h2 id="schemas">Schemas</h2>${Object.entries(components.schemas)
    .map(
      ([name, schema]) =>
        `<article id="${schemaAnchor(name)}"><h3><a href="#${schemaAnchor(name)}">${escapeHtml(name)}</a></h3><p>${proseHtml(
          schema.description ?? '',
        )}</p>${schema.properties === undefined ? `<p>${typeHtml(schema)}</p>` : fieldsHtml(schema)}</article>`,
    )
    .join('')}`;

/** Each row is what the `type` of its problem leads to. */
const problemsHtml = () =>
  `<h2 id="problems">Codes</h2>${PROBLEM_GROUPS.map(({ title, where, codes }) => {
    const hasStatus = codes.some(([, status]) => status !== undefined);
    const rows = codes.map(([code, status, cause, remedy]) => [
      `<code id="${code}">${code}</code>`,
      ...(hasStatus ? [String(status ?? '')] : []),
      proseHtml(cause),
      proseHtml(remedy),
    ]);
    const header = ['code', ...(hasStatus ? ['status'] : []), 'cause', 'remedy'];
    return `<h3>${title}</h3><p>${proseHtml(where)}</p>${tableHtml(header, rows)}`;
  }).join('')}`;
