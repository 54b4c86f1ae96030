import type { HttpApp } from './http-environment.ts';

export type RouteValues = Readonly<Record<string, string>>;

/** The contract that a request is of; a HEAD is answered as its GET would be. */
export function findRoute(app: HttpApp, asked: string, path: string) {
  const method = asked === 'HEAD' ? 'GET' : asked;
  for (const route of app.contracts) {
    if (route.method.toUpperCase() !== method) continue;
    const params = matchPath(route.path, path);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function matchPath(route: string, path: string): RouteValues | undefined {
  const [routeParts, pathParts] = [route.split('/'), path.split('/')];
  if (routeParts.length !== pathParts.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of routeParts.entries()) {
    const given = pathParts[index] ?? '';
    if (part.startsWith('{')) params[part.slice(1, -1)] = decode(given);
    else if (part !== given) return undefined;
  }
  return params;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
