import { delimiter, dirname } from 'node:path';

/** What programs need of the machine, and nothing that would steer an SDK, a Node or a Python. */
const PASSED_ON = ['HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TERM', 'SHELL', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];

/**
 * An environment with this Node first in its PATH, the given values, and no AWS profile, key or proxy of the
 * person at the keyboard: emulated functions inherit it whole.
 */
export function scrubbedEnvironment(values: Record<string, string>): Record<string, string> {
  const passed = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const path = `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`;
  return { ...Object.fromEntries(passed), PATH: path, ...values };
}
