import * as z from 'zod';

/** An error as RFC 9457 has it, with the product's own `code` to switch on. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    cost: z.number().optional().describe('`insufficient_credits`: what it would cost'),
    balance: z.number().optional().describe('`insufficient_credits`: what can be spent'),
    requestId: z.string(),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof Problem>;

export const PROBLEM_CONTENT_TYPE = 'application/problem+json';

/** What every route may answer besides its own; spread into a route's `responses`. */
export const problemResponses = {
  default: { description: 'A problem', content: { [PROBLEM_CONTENT_TYPE]: { schema: Problem } } },
} as const;
