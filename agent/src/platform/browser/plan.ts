/** A file to be written by the installer, with its whole content. */
export interface PlannedFile {
  readonly path: string;
  readonly content: string;
  /** Unix permission bits; ignored on Windows. */
  readonly mode: number;
}

/** A default value of a registry key: how browsers on Windows find a native host. */
export interface PlannedKey {
  readonly key: string;
  readonly value: string;
}

export interface InstallPlan {
  readonly files: readonly PlannedFile[];
  readonly keys: readonly PlannedKey[];
}

export type BrowserFamily = "chromium" | "firefox";

export function joinPlans(plans: readonly InstallPlan[]): InstallPlan {
  return { files: plans.flatMap((plan) => plan.files), keys: plans.flatMap((plan) => plan.keys) };
}
