import type { NoticeLanguage, NoticeScreen, NoticeText } from "@overt/shared/notice/text.ts";
import type { Order } from "@overt/shared/protocol/order.ts";
import type { Translate } from "./catalogue.ts";
import type { AgentStatus, EnrolmentView } from "./ports.ts";

/** What every page needs. Nunjucks escapes all of it. */
export interface Frame {
  readonly t: Translate;
  readonly time: (seconds: number) => string;
  /** Every link begins with it. */
  readonly base: string;
  readonly language: NoticeLanguage;
  readonly languages: readonly { readonly id: NoticeLanguage; readonly name: string; readonly spoken: string }[];
  readonly spoken: "en" | "cy";
  readonly practice: boolean;
  /** The pages of a running agent are not shown in the menu before there is one. */
  readonly menu: boolean;
  readonly current: "status" | "sent" | "order" | "say" | "about" | undefined;
  /** Path below the base to come back to after a choice of language. */
  readonly here: string;
  /** Changes when the page should be fetched again: state and step, never content. */
  readonly watch: string;
}

/** A field that was filled in wrongly. */
export interface FieldError {
  readonly field: string;
  readonly text: string;
}

/** A label and its value, ready for the reader. */
export interface Row {
  readonly label: string;
  readonly value: string;
  /** Set for values that are compared letter by letter. */
  readonly code?: boolean;
}

export interface RecordLine {
  readonly seq: number;
  readonly name: string;
  readonly rule: string | undefined;
  readonly at: number;
  readonly delivered: boolean;
  /** What was decided, who opened it, or that there is nothing sealed in it. */
  readonly seen: string;
}

export interface OrderFacts {
  readonly order: Order;
  readonly orderHash: string;
  readonly clauses: readonly {
    readonly id: string;
    readonly text: string;
    readonly rows: readonly Row[];
  }[];
}

export interface RuleFacts {
  readonly reason: string;
  readonly detail: string;
}

interface Looked {
  readonly orderFacts: OrderFacts | undefined;
  readonly rules: readonly RuleFacts[];
}

export interface PageModels {
  readonly enter: Frame;
  readonly denied: { readonly spoken: "en" | "cy"; readonly heading: string; readonly message: string };
  readonly message: Frame & { readonly heading: string; readonly message: string };
  readonly about: Frame & Looked & { readonly text: NoticeText; readonly pinned: boolean | undefined };
  readonly status: Frame & {
    readonly status: AgentStatus;
    /** Whether somebody else may say here that it is not the person. */
    readonly canPause: boolean;
    readonly rows: readonly Row[];
    readonly rules: readonly RuleFacts[];
  };
  readonly sent: Frame & {
    readonly lines: readonly RecordLine[];
    readonly older: number | undefined;
    readonly newest: boolean;
  };
  readonly record: Frame & {
    readonly seq: number;
    readonly name: string;
    readonly rows: readonly Row[];
    readonly words: string | undefined;
    readonly evidence: readonly { readonly level: number; readonly rows: readonly Row[] }[];
    readonly views: readonly string[];
    readonly decisions: readonly {
      readonly outcome: string;
      readonly by: string;
      readonly attested: string;
      readonly told: string | undefined;
    }[];
    readonly raw: readonly { readonly heading: string; readonly text: string }[];
  };
  readonly order: Frame & { readonly orderFacts: OrderFacts | undefined; readonly daysLeft: number };
  readonly say: Frame & {
    readonly possible: boolean;
    readonly about: { readonly seq: number; readonly what: string; readonly at: number } | undefined;
    readonly kind: string | undefined;
    readonly text: string;
    readonly limit: number;
    readonly errors: readonly FieldError[];
  };
  readonly bring: Frame & {
    readonly host: string;
    readonly code: string;
    readonly errors: readonly FieldError[];
  };
  readonly read: Frame &
    Looked & {
      readonly view: Extract<EnrolmentView, { step: "read" }>;
      readonly title: string;
      readonly screen: NoticeScreen;
      readonly at: number;
      readonly of: number;
      readonly errors: readonly FieldError[];
    };
  readonly wait: Frame;
  readonly compare: Frame & { readonly digits: readonly string[] };
  readonly declined: Frame;
  readonly refused: Frame & { readonly message: string; readonly again: boolean };
}
