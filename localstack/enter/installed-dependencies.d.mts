/** Whether node_modules holds what package-lock.json says; optional packages may be missing. */
export function areDependenciesInstalled(project: string): boolean;
