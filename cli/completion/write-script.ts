import type { ListedCommand } from './list-commands.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** All of it is in the script: pressing Tab starts no program. Files complete where no word fits. */
export const writeScript = (shell: Shell, commands: readonly ListedCommand[]): string =>
  SCRIPTS[shell](commands);

const SCRIPTS: Readonly<Record<Shell, (commands: readonly ListedCommand[]) => string>> = {
  bash: (commands) => `_segmentry() {
  local word path="" words="" current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path/$word" in
${steps(commands)}
    esac
  done
  case "$path" in
${cases(commands)}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _segmentry segmentry`,

  zsh: (commands) => `_segmentry() {
  local word path_="" words_=""
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_/$word" in
${steps(commands).replaceAll('path=', 'path_=')}
    esac
  done
  case "$path_" in
${cases(commands).replaceAll('words=', 'words_=')}
  esac
  compadd -- \${=words_}
  _files
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
compdef _segmentry segmentry`,

  fish: (commands) =>
    [
      'function __segmentry_at',
      '  set -l path',
      '  for word in (commandline -opc)[2..]',
      '    switch "$path/$word"',
      ...commands
        .filter(({ path }) => path !== '')
        .map(({ path }) => `      case "${stepOf(path)}"; set path "${path}"`),
      '    end',
      '  end',
      '  test "$path" = "$argv[1]"',
      'end',
      ...commands.flatMap(({ path, subcommands, options }) => [
        ...subcommands.map((name) => {
          const about = commands.find((each) => each.path === `${path} ${name}`.trim())?.description ?? '';
          return `complete -c segmentry -n '__segmentry_at "${path}"' -f -a ${name} -d ${quote(firstSentence(about))}`;
        }),
        ...options.map(
          (option) => `complete -c segmentry -n '__segmentry_at "${path}"' -l ${option.slice(2)}`,
        ),
      ]),
    ].join('\n'),
};

/** What a word leads to: `batches` and then `create` to `batches create`. */
const steps = (commands: readonly ListedCommand[]) =>
  commands
    .filter(({ path }) => path !== '')
    .map(({ path }) => `      "${stepOf(path)}") path="${path}" ;;`)
    .join('\n');

const cases = (commands: readonly ListedCommand[]) =>
  commands
    .map(
      ({ path, subcommands, options }) =>
        `    "${path}") words="${[...subcommands, ...options].join(' ')}" ;;`,
    )
    .join('\n');

const stepOf = (path: string) =>
  path.replace(/^(?:(.*) )?(\S+)$/, (_, before = '', last) => `${before}/${last}`);
const quote = (text: string) => `'${text.replaceAll("'", "\\'")}'`;
const firstSentence = (text: string) => text.split(/[.:]/, 1)[0] ?? '';
