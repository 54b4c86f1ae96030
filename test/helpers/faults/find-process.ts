import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Workers can be found by their connections where the system has /proc. */
export const canFindProcesses = process.platform === 'linux';

/** Whose connection it is that comes from `port` of 127.0.0.1. */
export function findProcessByPort(port: number): number | undefined {
  if (!canFindProcesses) return undefined;
  const inode = findSocket(port);
  if (inode === undefined) return undefined;
  const link = `socket:[${inode}]`;
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .map(Number)
    .find((pid) => hasFile(pid, link));
}

/** The inode of the socket that is bound to the port. */
function findSocket(port: number): string | undefined {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const line = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((each) => each.trim().split(/\s+/))
    .find((fields) => fields[1] === local);
  return line?.[9];
}

function hasFile(pid: number, link: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`) === link;
      } catch {
        return false;
      }
    });
  } catch {
    // It has ended meanwhile, or is another user's.
    return false;
  }
}
