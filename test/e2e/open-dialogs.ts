import type { Page } from 'playwright-core';

interface Opened {
  /** Where it is opened; `{image}` is one that was analysed more than once. */
  readonly path: string;
  open(page: Page): Promise<void>;
}

const press = (name: string | RegExp) => (page: Page) =>
  page.getByRole('main').getByRole('button', { name }).first().click();

/** Dialogs, menus and states that no address leads to, by their names. */
export const OPENED: Readonly<Record<string, Opened>> = {
  upload: {
    path: '/images',
    open: (page) => page.getByRole('button', { name: 'Upload' }).first().click(),
  },
  selection: {
    path: '/images',
    open: async (page) => {
      await page.locator('.card').first().hover();
      await page.locator('.card-check input').first().check();
    },
  },
  'nothing-fits': { path: '/images?search=nowhere', open: (page) => page.locator('.empty').waitFor() },
  'account-menu': {
    path: '/images',
    open: (page) => page.locator('summary[aria-label="Your account"]').click(),
  },
  'analyse-image': {
    path: '/images/{image}',
    open: async (page) => {
      await press('Analyse again')(page);
      await page.getByRole('dialog').getByText('Options').click();
      await page.getByRole('dialog').getByLabel('Areas in cm²').selectOption({ index: 3 });
    },
  },
  compare: {
    path: '/images/{image}',
    open: async (page) => {
      await page.getByText(/\d+ of \d+ shown/).waitFor();
      await press('Compare')(page);
      await page.getByLabel('Right of the divider').waitFor();
    },
  },
  shortcuts: { path: '/images/{image}', open: press('Keys') },
  ruler: { path: '/images/{image}', open: press('Set the scale') },
  'delete-image': { path: '/images/{image}', open: press('Delete') },
  'make-dataset': { path: '/datasets', open: press('Make a dataset') },
  'analyse-dataset': { path: '/datasets', open: press('Analyse') },
  'add-model': { path: '/models', open: press('Add a model') },
  'try-model': { path: '/models', open: press(/^Try on a picture/) },
  'add-webhook': { path: '/webhooks', open: press('Add a webhook') },
  delivery: { path: '/webhooks', open: (page) => page.locator('.deliveries summary').first().click() },
  'make-key': { path: '/keys', open: press('Make a key') },
  'user-menu': { path: '/admin', open: press(/^Change /) },
  'grant-credits': {
    path: '/admin',
    open: async (page) => {
      await press(/^Change /)(page);
      await page.getByRole('button', { name: 'Grant credits' }).click();
    },
  },
  'delete-account': { path: '/account', open: press('Delete the account') },
};
