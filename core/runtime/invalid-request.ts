import type * as z from 'zod';
import type { Problem } from '../contracts/http/problem.ts';

type Fault = NonNullable<Problem['errors']>[number];
type Issue = z.core.$ZodIssue;

/** What to answer where a request is not as its contract says; `where` is its part, such as the body. */
export function invalidRequest(where: string, errors: Fault[]) {
  const [only] = errors;
  const named = ({ path, message }: Fault) => `${path === '' ? '' : `${path}: `}${message}`;
  const detail =
    errors.length === 1 && only !== undefined
      ? `The ${where} is invalid. ${named(only)}`
      : `The ${where} is invalid in ${errors.length} places, which \`errors\` lists: ${errors.map(({ path }) => path || where).join(', ')}.`;
  return { status: 400, code: 'invalid_request', detail, errors };
}

export const faultsOf = (issues: readonly Issue[]): Fault[] => issues.flatMap(faultsOfIssue);

function faultsOfIssue(issue: Issue): Fault[] {
  const at = (...more: PropertyKey[]) => [...issue.path, ...more].join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: at(key), message: 'There is no such field.' }));
  }
  if (issue.code === 'invalid_union' && issue.message === UNTOLD && issue.errors.length > 0) {
    return nearest(issue.errors).flatMap((inner) =>
      faultsOfIssue({ ...inner, path: [...issue.path, ...inner.path] }),
    );
  }
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return [
    {
      path: at(),
      message: isMissing
        ? `It is missing; expected ${issue.expected}.`
        : `${issue.message}.`.replace(/\.\.$/, '.'),
    },
  ];
}

/** What zod says of a union that fits in none of its forms, where the contract says nothing better. */
const UNTOLD = 'Invalid input';

/** Of the forms that a value may have, that which it was most likely meant to have. */
function nearest(forms: readonly (readonly Issue[])[]): readonly Issue[] {
  const distance = (issues: readonly Issue[]) =>
    issues.length + 10 * issues.filter(({ code }) => code === 'unrecognized_keys').length;
  return [...forms].sort((one, other) => distance(one) - distance(other))[0] ?? [];
}
