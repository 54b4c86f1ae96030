/** How one operation is called, as /docs shows it. */
export interface PageSamples {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly curl: string;
  readonly typescript: string;
  readonly python: string;
}

const ARTICLE =
  /<article id="(\w+)">.*?<span class="method">(\w+)<\/span> <code>(.*?)<\/code>(.*?)<\/article>/gs;
const SAMPLE = /<h4>(curl|TypeScript|Python)<\/h4><pre>(.*?)<\/pre>/gs;

/** Reads the samples off the page, as a person copies them from it. */
export const readSamples = (page: string): PageSamples[] =>
  [...page.matchAll(ARTICLE)].map(([, id = '', method = '', path = '', rest = '']) => {
    const samples = new Map(
      [...rest.matchAll(SAMPLE)].map(([, name = '', code = '']) => [name, readHtml(code)]),
    );
    return {
      id,
      method,
      path: readHtml(path),
      curl: samples.get('curl') ?? '',
      typescript: samples.get('TypeScript') ?? '',
      python: samples.get('Python') ?? '',
    };
  });

const readHtml = (html: string) => html.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
