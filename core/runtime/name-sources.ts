import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Lets errors of a bundle tell lines of its sources, by the map beside it, which is read when the first error is told:
 * Node's own `--enable-source-maps` reads it as the bundle is loaded, a sixth of a cold start.
 */
export function nameSources(bundleUrl: string): void {
  const mapPath = `${fileURLToPath(bundleUrl)}.map`;
  // Sources that run as they are have none.
  if (!existsSync(mapPath)) return;
  let map: SourceMap | undefined;
  Error.prepareStackTrace = (error, sites) => {
    map ??= new SourceMap(JSON.parse(readFileSync(mapPath, 'utf8')) as SourceMapPayload);
    return [
      String(error),
      ...sites.map((site) => `    at ${describe(site, bundleUrl, map as SourceMap)}`),
    ].join('\n');
  };
}

/** A place that the map does not know is told as Node tells it. */
function describe(site: NodeJS.CallSite, bundleUrl: string, map: SourceMap): string {
  const [line, column] = [site.getLineNumber(), site.getColumnNumber()];
  if (site.getFileName() !== bundleUrl || line === null || column === null) return String(site);
  const entry = map.findEntry(line - 1, column - 1);
  if (!('originalSource' in entry)) return String(site);
  return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

nameSources(import.meta.url);
