import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build, type Plugin } from 'esbuild';

/** What imports such a package gets `contents`. */
const replacing = (filter: RegExp, contents: string): Plugin => ({
  name: `replacing ${filter}`,
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter }, ({ path }) => ({ path, namespace: `${filter}` }));
    onLoad({ filter, namespace: `${filter}` }, () => ({ contents }));
  },
});

/** Zod brings its messages in fifty languages, a fifth of a bundle. Problems are told in English. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    })),
};

/**
 * The SDK writes the keys of its schemas as names of constants, `{ [_h]: 1 }`, which may be anything to a bundler: it
 * keeps the schemas of all operations. With the keys as they are, those that nobody uses go.
 */
const plainSchemaKeys: Plugin = {
  name: 'plain-schema-keys',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const texts = new Map(
        [...source.matchAll(/^const (\w+) = ("[^"\\]*");$/gm)].map(([, name, text]) => [name, text]),
      );
      return {
        contents: source.replace(/\[(\w+)\]:/g, (whole, name) =>
          texts.has(name) ? `${texts.get(name)}:` : whole,
        ),
      };
    }),
};

/** What ElectroDB calls of the SDK. */
const ELECTRODB_CALLS = `
  import {
    BatchGetCommand, BatchWriteCommand, DeleteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand,
    TransactGetCommand, TransactWriteCommand, UpdateCommand,
  } from '@aws-sdk/lib-dynamodb';
  import { unmarshall } from '@aws-sdk/util-dynamodb';
  const awsCalls = {
    BatchGetCommand, BatchWriteCommand, DeleteCommand, GetCommand, PutCommand, QueryCommand, ScanCommand,
    TransactGetCommand, TransactWriteCommand, UpdateCommand, unmarshall,
  };
`;

/**
 * Checks the form of models as they are made. Ours are constants: unit tests make each with the whole package. By this
 * check ElectroDB also tells models from entities, which are none.
 */
const NO_VALIDATOR = `
  exports.Validator = class {
    addSchema() {}
    validate(value) { return { errors: value._instance === undefined ? [] : [{ message: 'no model' }] }; }
  };
  exports.Validator.prototype.customFormats = {};
`;

/**
 * ElectroDB requires packages of the SDK whole, and so would every bundle. As a module it imports what it calls.
 */
const electrodbAsModule: Plugin = {
  name: 'electrodb-as-module',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]electrodb[\\/]index\.js$/ }, async ({ path }) => {
      const { outputFiles } = await build({
        stdin: {
          contents: "export { CustomAttributeType, Entity, Service } from './index.js';",
          resolveDir: dirname(path),
        },
        bundle: true,
        write: false,
        platform: 'node',
        format: 'esm',
        banner: { js: ELECTRODB_CALLS },
        plugins: [
          replacing(/^@aws-sdk\/(lib|util)-dynamodb$/, 'module.exports = awsCalls;'),
          replacing(/^jsonschema$/, NO_VALIDATOR),
        ],
      });
      return { contents: outputFiles[0]?.text ?? '' };
    }),
};

/** What the SDK has for answers that are streams of events. No call of ours has one; one that had would fail. */
const noEventStreams = replacing(
  /^@smithy\/core\/event-streams$/,
  `
    export const eventStreamSerdeProvider = () => undefined;
    export const resolveEventStreamSerdeConfig = (config) => config;
  `,
);

/** Leave out of bundles what functions never run. docs/adr/0009-small-bundles.md weighs them. */
export const trimPackages: Plugin[] = [englishOnly, plainSchemaKeys, electrodbAsModule, noEventStreams];
