import { describe, expect, it } from 'vitest';
import { type AnswerToCheck, createAnswerCheck } from '../../helpers/check-answer.ts';

const thing = {
  type: 'object',
  properties: { id: { type: 'string' }, size: { type: 'integer' } },
  required: ['id'],
  additionalProperties: false,
};
const json = (schema: object) => ({ content: { 'application/json': { schema } } });
const check = createAnswerCheck({
  paths: {
    '/v1/things/{id}': {
      get: { responses: { 200: json({ $ref: '#/components/schemas/Thing' }), default: json({}) } },
      delete: { responses: { 204: {} } },
    },
    '/v1/things/mine': { get: { responses: { 200: json({ type: 'array' }) } } },
  },
  components: { schemas: { Thing: thing } },
});
const answer = (changes: Partial<AnswerToCheck>): AnswerToCheck => ({
  method: 'GET',
  path: '/v1/things/7?x=1',
  status: 200,
  contentType: 'application/json; charset=utf-8',
  body: { id: '7' },
  ...changes,
});

describe('an answer', () => {
  it.each<[string, Partial<AnswerToCheck>]>([
    ['that fits its schema', {}],
    ['without a documented body', { method: 'DELETE', status: 204, contentType: null, body: '' }],
    ['of the route with fewer parameters', { path: '/v1/things/mine', body: [] }],
    ['that says that there is no such route', { path: '/v1/nothing', status: 404, body: {} }],
    ['that is a problem, where any is documented', { status: 418, body: {} }],
  ])('%s passes', (_, changes) => {
    expect(() => check(answer(changes))).not.toThrow();
  });

  it.each<[string, Partial<AnswerToCheck>, RegExp]>([
    ['without a required field', { body: {} }, /required property 'id'/],
    ['with a field too many', { body: { id: '7', secret: 1 } }, /additional properties/],
    ['of another type', { contentType: 'text/html' }, /its type is text\/html/],
    ['with a status that is not documented', { status: 201 }, /not documented/],
    ['from a route that is not documented', { path: '/v1/nothing' }, /no such route/],
    ['of another route', { path: '/v1/things/mine' }, /must be array/],
  ])('%s fails', (_, changes, reason) => {
    expect(() => check(answer(changes))).toThrow(reason);
  });
});
