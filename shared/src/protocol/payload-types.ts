/** DSSE payload types; the name is the document's name in SPEC.md section 3. */
export const payloadTypes = {
  order: "application/vnd.overt.order.v1+json",
  orderStatus: "application/vnd.overt.order-status.v1+json",
  enrolmentToken: "application/vnd.overt.enrolment-token.v1+json",
  acknowledgement: "application/vnd.overt.acknowledgement.v1+json",
  deviceStatus: "application/vnd.overt.device-status.v1+json",
  deviceRegister: "application/vnd.overt.device-register.v1+json",
  event: "application/vnd.overt.event.v1+json",
  statement: "application/vnd.overt.statement.v1+json",
  receipt: "application/vnd.overt.receipt.v1+json",
  view: "application/vnd.overt.view.v1+json",
  decision: "application/vnd.overt.decision.v1+json",
  approval: "application/vnd.overt.approval.v1+json",
  request: "application/vnd.overt.request.v1+json",
  audit: "application/vnd.overt.audit.v1+json",
  challenge: "application/vnd.overt.enrolment-challenge.v1+json",
} as const;

export type PayloadType = (typeof payloadTypes)[keyof typeof payloadTypes];
