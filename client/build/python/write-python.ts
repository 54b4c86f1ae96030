import { openApiDocument } from '../../../core/contracts/http/openapi-document.ts';
import { type PythonOperation, pythonOperations } from './python-operations.ts';
import { PythonTypes } from './python-types.ts';

const NOTE = '# Written by `npm run client:python` from the contracts of the API. Do not edit.';

/** The files of the Python client that follow from the OpenAPI document, by name. */
export function writePython(document = openApiDocument()): Readonly<Record<string, string>> {
  const types = new PythonTypes();
  for (const [name, schema] of Object.entries(document.components.schemas)) types.define(name, schema);
  const operations = pythonOperations(document, types);
  return { 'types.py': writeTypes(types), '_api.py': writeApi(operations, types) };
}

const writeTypes = (types: PythonTypes) => `${NOTE}
"""What the API takes and gives, under the names that stand on the wire."""

from __future__ import annotations

from typing import Any, Literal

from typing_extensions import NotRequired, TypedDict

${types.definitions.join('\n\n')}
`;

function writeApi(operations: readonly PythonOperation[], types: PythonTypes): string {
  const names = types.definitions.map((definition) => /^(\w+) = /m.exec(definition)?.[1] ?? '');
  const text = operations
    .map((each) => [each.answer, each.item, ...each.arguments.map(({ type }) => type)])
    .join(' ');
  const used = names.filter((name) => new RegExp(`\\b${name}\\b`).test(text)).sort();
  return `${NOTE}
"""Every operation of the API, by its name."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any, Literal

import httpx

from ._calls import AsyncCaller, Caller, Operation
from .types import (
${used.map((name) => `    ${name},`).join('\n')}
)

OPERATIONS: dict[str, Operation] = {
${operations.map(writeOperation).join('\n')}
}


class Api(Caller):
    """One method an operation; each waits for its answer."""

${operations.map((each) => writeMethods(each, '')).join('\n')}

class AsyncApi(AsyncCaller):
    """One coroutine an operation."""

${operations.map((each) => writeMethods(each, 'async ')).join('\n')}`;
}

const python = (value: boolean) => (value ? 'True' : 'False');

const writeOperation = ({ id, name, method, path, answer, repeatable }: PythonOperation) =>
  `    "${name}": Operation(
        "${id}", "${method}", "${path}", file=${python(answer === 'httpx.Response')}, repeatable=${python(repeatable)}
    ),`;

function writeMethods(operation: PythonOperation, prefix: 'async ' | ''): string {
  const { name, summary, answer, takesKey, item } = operation;
  const await_ = prefix === '' ? '' : 'await ';
  const key = takesKey ? ', idempotency_key' : '';
  const result = `${await_}self._call(OPERATIONS["${name}"], {${given(operation)}}${key})`;
  const call = `    ${prefix}def ${name}(${parameters(operation)}) -> ${answer}:
        """${summary}."""
${answer === 'None' ? `        ${result}` : `        answer: ${answer} = ${result}\n        return answer`}
`;
  return item === undefined ? call : `${call}\n${writeIterator(operation, prefix, item)}`;
}

/** A list page by page, as if it were one. */
function writeIterator(operation: PythonOperation, prefix: 'async ' | '', item: string): string {
  const name = operation.name.replace(/^list_/, 'iter_');
  const type = prefix === '' ? 'Iterator' : 'AsyncIterator';
  const without = {
    ...operation,
    takesKey: false,
    arguments: operation.arguments.filter(({ wire }) => wire !== 'cursor'),
  };
  return `    def ${name}(${parameters(without)}) -> ${type}[${item}]:
        """${operation.summary}: every one, page by page."""
        return self._pages(OPERATIONS["${operation.name}"], {${given(without)}})
`;
}

function parameters({ arguments: all, takesKey }: Pick<PythonOperation, 'arguments' | 'takesKey'>): string {
  const lines = all.map(({ name, type, required }) =>
    required ? `${name}: ${type}` : `${name}: ${type} | None = None`,
  );
  if (takesKey) lines.push('idempotency_key: str | None = None');
  return lines.length === 0 ? 'self' : `self, *, ${lines.join(', ')}`;
}

const given = ({ arguments: all }: Pick<PythonOperation, 'arguments'>) =>
  all.map(({ wire, name }) => `"${wire}": ${name}`).join(', ');
