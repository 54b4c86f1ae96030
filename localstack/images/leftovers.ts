import { isOwnerAlive, nameOwner } from '../run-folder.ts';
import type { Docker } from './docker.ts';

/** The label of all containers that tests start, which tells them from what else runs on a machine. */
const LABEL = 'segmentry.test';

/** Says of a container which process it belongs to. */
export const labelOfOwner = (): string => `${LABEL}=${nameOwner()}`;

/** The containers of all tests, whoever runs them. */
export async function listContainers(docker: Docker): Promise<{ id: string; owner: string }[]> {
  const format = `{{.ID}} {{.Label "${LABEL}"}}`;
  const listed = await docker.run(['ps', '--all', '--filter', `label=${LABEL}`, '--format', format]);
  const lines = listed.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const [id = '', owner = ''] = line.split(' ');
    return { id, owner };
  });
}

/** Removes the containers of tests that were killed before they could. */
export async function removeLeftovers(docker: Docker): Promise<void> {
  for (const { id, owner } of await listContainers(docker)) {
    if (!isOwnerAlive(owner)) await docker.run(['rm', '--force', id]);
  }
}
