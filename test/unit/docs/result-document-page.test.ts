import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import {
  AnalysisOptions,
  AppliedOptions,
  PRODUCT_DEFAULTS,
} from '../../../core/contracts/analysis-options.ts';
import { ResultDocument } from '../../../core/contracts/result-document.ts';
import { FrameDocument, VideoResultDocument } from '../../../core/contracts/video-result.ts';
import { codeOf, readPage, tableOf } from '../../helpers/read-page.ts';

const page = readPage('result-document.md');
const [imageSection = '', videoSection = ''] = page.split('\n## A video\n');

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Record<string, Schema>;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema | boolean;
  readonly anyOf?: readonly Schema[];
}

/** Names of all fields, such as `detections[].area.pixels`; what `skipped` names has a table elsewhere. */
function fieldsOf(schema: Schema, path: string, skipped: readonly string[]): string[] {
  if (skipped.includes(path)) return [];
  const inner = [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
      const field = path === '' ? name : `${path}.${name}`;
      return [field, ...fieldsOf(property, field, skipped)];
    }),
    ...(typeof schema.items === 'object' ? fieldsOf(schema.items, `${path}[]`, skipped) : []),
    ...(schema.anyOf ?? []).flatMap((option) => fieldsOf(option, path, skipped)),
  ];
  return [...new Set(inner)];
}

/** With each schema that is referred to in the place of the reference. */
function inlined(schema: Schema, { $defs = {} }: Schema): Schema {
  const text = JSON.stringify(schema, (_, value) =>
    typeof value?.$ref === 'string'
      ? inlined($defs[value.$ref.split('/').at(-1)] as Schema, { $defs })
      : value,
  );
  return JSON.parse(text);
}

function namesOf(schema: z.ZodType, skipped: readonly string[] = []) {
  const json = z.toJSONSchema(z.object({ it: schema }), { io: 'input' }) as Schema;
  return fieldsOf(inlined(json.properties?.it as Schema, json), '', skipped);
}

/** A row for `box.x1` tells of `box` too. */
const withoutParents = (fields: readonly string[]) =>
  fields.filter((field) => !fields.some((other) => other.startsWith(`${field}.`)));

const told = (section: string, ...header: string[]) =>
  tableOf(section, ...header).map(([field]) => codeOf(field)[0] ?? '');

describe('the page on the result document', () => {
  it.each([
    ['an image', imageSection, 'field', namesOf(ResultDocument, ['options'])],
    ['the options', imageSection, 'option', namesOf(AnalysisOptions, ['regions'])],
    ['a video', videoSection, 'field', namesOf(z.object(VideoResultDocument.shape), ['options', 'summary'])],
  ])('has each field of %s, and no other', (_, section, header, fields) => {
    const rows = told(section, header, 'unit');
    expect(withoutParents(rows).sort()).toEqual(withoutParents(fields).sort());
    expect(rows.filter((row) => !fields.includes(row))).toEqual([]);
  });

  it('says what a frame adds to a result document, and what it lacks', () => {
    const [image, frame] = [ResultDocument, FrameDocument].map(({ shape }) => Object.keys(shape));
    const [, sentence = ''] = /\nA line of `frames\.url` is ([\s\S]*?)\.\s/.exec(videoSection) ?? [];
    const [added, omitted] = [frame, image].map((fields, index) =>
      fields?.filter((field) => ![image, frame][index]?.includes(field)),
    );
    expect(codeOf(sentence).sort()).toEqual([...(added ?? []), ...(omitted ?? [])].sort());
  });

  it('has examples that the schemas take as they are', () => {
    const [image, video] = [imageSection, videoSection].map((section) =>
      JSON.parse(/```json\n([\s\S]*?)\n```/.exec(section)?.[1] ?? ''),
    );
    expect(z.strictObject(ResultDocument.shape).parse(image)).toEqual(image);
    expect(z.strictObject(VideoResultDocument.shape).parse(video)).toEqual(video);
  });

  it('gives the defaults that apply', () => {
    const defaults = tableOf(imageSection, 'option', 'unit').flatMap(([option, , preset]) => {
      const [value] = codeOf(preset);
      return value === undefined || option?.includes('.') ? [] : [[codeOf(option)[0], value]];
    });
    const applied = Object.entries(AppliedOptions.parse(PRODUCT_DEFAULTS)).map(([name, value]) => [
      name,
      String(value),
    ]);
    expect(defaults).toEqual(applied);
  });
});
