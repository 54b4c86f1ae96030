import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whether node_modules holds what package-lock.json says. npm writes what it has installed into
 * node_modules/.package-lock.json as its last act, so a half-made installation has none. Optional packages may
 * be missing: those for other systems always are.
 */
export function areDependenciesInstalled(project) {
  const wanted = readPackages(join(project, 'package-lock.json'));
  const installed = readPackages(join(project, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    if (path === '') return true;
    const there = installed[path];
    if (there === undefined) return optional === true;
    const isAsLocked = there.version === version && there.integrity === integrity;
    return isAsLocked && existsSync(join(project, path, 'package.json'));
  });
}

function readPackages(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
