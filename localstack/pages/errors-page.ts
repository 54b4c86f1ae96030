import { PROBLEM_GROUPS } from '../../core/contracts/problems/all-problems.ts';

const HEAD = `# Errors

Every refusal of a request is \`application/problem+json\` ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)): \`code\` stays the
same and is for programs; \`detail\` says to people what is wrong here and what to do; \`errors\` lists each field that is wrong
with its \`path\`; \`type\` leads to the code's row at the deployment's own \`/docs\`; \`requestId\` finds the request in the
logs. This page is written by \`npm run docs:errors\` from \`core/contracts/problems\`.
`;

/** The page that lists every code with its cause and its remedy. */
export function writeErrorsPage(): string {
  const sections = PROBLEM_GROUPS.map(({ title, where, codes }) => {
    const hasStatus = codes.some(([, status]) => status !== undefined);
    const header = ['code', ...(hasStatus ? ['status'] : []), 'cause', 'remedy'];
    const rows = codes.map(([code, status, cause, remedy]) => [
      `\`${code}\``,
      ...(hasStatus ? [String(status ?? '')] : []),
      cause,
      remedy,
    ]);
    const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
    return `## ${title}\n\n${where}\n\n${lines.join('\n')}\n`;
  });
  return [HEAD, ...sections].join('\n');
}
