import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

interface Content {
  readonly schema?: object;
}

interface Response {
  readonly content?: Readonly<Record<string, Content>>;
}

interface Operation {
  readonly responses: Readonly<Record<string, Response>>;
}

/** As much of an OpenAPI 3.1 document as answers are held against. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

export interface AnswerToCheck {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly body: unknown;
}

/** Throws where an answer is not as the API's own document says. */
export type CheckAnswer = (answer: AnswerToCheck) => void;

/** Holds answers against the OpenAPI document that the API itself serves. */
export function createAnswerCheck(document: ApiDocument): CheckAnswer {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema({ ...document, $id: 'api' });
  const routes = Object.keys(document.paths).map((template) => ({ template, pattern: toPattern(template) }));
  const validators = new Map<string, ValidateFunction>();

  function findOperation({ method, path }: AnswerToCheck) {
    const [pathname = ''] = path.split('?');
    const fitting = routes.filter(({ pattern }) => pattern.test(pathname));
    // Of `/users/me` and `/users/{id}` the one with fewer parameters is meant.
    const [route] = fitting.sort((a, b) => count(a.template) - count(b.template));
    const verb = method.toLowerCase();
    const operation = route && document.paths[route.template]?.[verb];
    return route && operation && { place: ['paths', route.template, verb], operation };
  }

  function checkBody(
    answer: AnswerToCheck,
    responsePlace: string[],
    content: NonNullable<Response['content']>,
  ) {
    const type = answer.contentType?.split(';')[0] ?? '';
    if (!(type in content)) {
      throw misfit(answer, `its type is ${type}; documented: ${Object.keys(content).join(', ')}`);
    }
    if (content[type]?.schema === undefined || !type.endsWith('json')) return;
    const pointer = [...responsePlace, 'content', type, 'schema'].map(toPointerStep).join('/');
    const validate = validators.get(pointer) ?? ajv.compile({ $ref: `api#/${pointer}` });
    validators.set(pointer, validate);
    if (!validate(answer.body)) throw misfit(answer, ajv.errorsText(validate.errors, { dataVar: 'body' }));
  }

  return (answer) => {
    const found = findOperation(answer);
    if (found === undefined) {
      if (answer.status !== 404) throw misfit(answer, 'there is no such route, so it must be a 404');
      return;
    }
    const { responses } = found.operation;
    const name = String(answer.status) in responses ? String(answer.status) : 'default';
    if (name === 'default' && answer.status < 400) throw misfit(answer, 'this status is not documented');
    const content = responses[name]?.content;
    if (content !== undefined) checkBody(answer, [...found.place, 'responses', name], content);
  };
}

const count = (template: string) => template.split('{').length;

const toPattern = (template: string) =>
  new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`);

/** A step of a JSON pointer within a URI. */
const toPointerStep = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'));

const misfit = ({ method, path, status, body }: AnswerToCheck, reason: string) =>
  new Error(
    `${method} ${path} answered ${status}, which the API's document does not allow: ${reason}.\n` +
      JSON.stringify(body)?.slice(0, 2000),
  );
