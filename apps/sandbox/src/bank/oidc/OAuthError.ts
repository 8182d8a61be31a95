/** A refusal in the words of OAuth, on its way to the client as JSON or to the redirect address as parameters. */
export type OAuthErrorCode =
  | "access_denied"
  | "invalid_client"
  | "invalid_grant"
  | "invalid_request"
  | "invalid_request_object"
  | "invalid_request_uri"
  | "invalid_scope"
  | "unauthorized_client"
  | "unsupported_grant_type"
  | "unsupported_response_type"

export class OAuthError extends Error {
  override readonly name = "OAuthError"
  readonly code: OAuthErrorCode

  constructor(code: OAuthErrorCode, description: string) {
    super(description)
    this.code = code
  }
}
