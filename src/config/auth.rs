//! Who asks: what a request says of itself, held to `[http]`. Whether a password is right, the users know.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::hmac::{self, Algorithm, HMAC_SHA256, HMAC_SHA384, HMAC_SHA512};
use serde_json::Value as Json;

use super::Secret;
use super::setting::go_duration;
use super::views::Http;

/// The name under which InfluxDB sends what it is subscribed to.
const SUBSCRIBER: &str = "~subscriber";

/// What a request says of who asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asker {
    /// Nobody is asked for a name.
    Anyone,
    /// A name and a password, which is yet to be checked.
    User {
        /// Not empty.
        name: String,
        /// As it was sent.
        password: Secret,
    },
    /// A name that a signed token vouches for.
    Vouched(String),
    /// An InfluxDB, with the token that it was given.
    Subscriber(Secret),
}

/// Reads the credentials of a request: its header `Authorization`, or else `u` and `p` of its query. `now` is in
/// seconds.
///
/// # Errors
/// What the answer with status 401 says.
pub fn asker(
    http: &Http,
    authorization: Option<&str>,
    query: (Option<&str>, Option<&str>),
    now: i64,
) -> Result<Asker, String> {
    if !http.auth_enabled {
        return Ok(Asker::Anyone);
    }
    let header = authorization.unwrap_or_default();
    if let Some(token) = header.strip_prefix("Bearer ").filter(|token| !token.contains(' ')) {
        return vouched(http.shared_secret.reveal(), token, now).map(Asker::Vouched);
    }
    let user = |name: &str, password: &str| match name {
        "" => Err("username required".to_owned()),
        SUBSCRIBER => Ok(Asker::Subscriber(Secret::new(password))),
        name => Ok(Asker::User { name: name.to_owned(), password: Secret::new(password) }),
    };
    if let Some((name, password)) = basic(header) {
        return user(&name, &password);
    }
    match query {
        (Some(name), Some(password)) if !name.is_empty() && !password.is_empty() => {
            Ok(Asker::User { name: name.to_owned(), password: Secret::new(password) })
        }
        _ => Err("unable to parse authentication credentials".to_owned()),
    }
}

/// Name and password of `Basic ...`.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (name, password) = text.split_once(':')?;
    Some((name.to_owned(), password.to_owned()))
}

/// The name in a token.
fn vouched(secret: &str, token: &str, now: i64) -> Result<String, String> {
    let claims = verified(secret, token).map_err(|why| format!("invalid token: {why}"))?;
    let number = |claim: &str| claims.get(claim).and_then(Json::as_f64);
    let seconds = |x: f64| go_duration((x as i64).saturating_mul(1_000_000_000));
    match number("exp") {
        Some(end) if end > 0.0 && (now as f64) > end => {
            return Err(format!("invalid token: token is expired by {}", seconds(now as f64 - end)));
        }
        Some(end) if end > 0.0 => {}
        _ => return Err("token expiration required".to_owned()),
    }
    if number("nbf").is_some_and(|start| (now as f64) < start) {
        return Err("invalid token: token is not valid yet".to_owned());
    }
    match claims.get("username") {
        Some(Json::String(name)) if name.is_empty() => Err("token must contain a username".to_owned()),
        Some(Json::String(name)) => Ok(name.clone()),
        _ => Err("username in token must be a string".to_owned()),
    }
}

/// What a token claims, if it is signed with the secret.
fn verified(secret: &str, token: &str) -> Result<Json, String> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Err("token contains an invalid number of segments".to_owned());
    };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| "illegal base64 data".to_owned());
    let json = |part: &str| {
        serde_json::from_slice::<Json>(&decode(part)?).map_err(|_| "token is malformed".to_owned())
    };
    if secret.is_empty() {
        // A signature with an empty key is one that everybody can make.
        return Err("`[http]` has no `shared-secret`".to_owned());
    }
    let header_json = json(header)?;
    let method = header_json.get("alg").and_then(Json::as_str).unwrap_or_default();
    let key = hmac::Key::new(algorithm(method)?, secret.as_bytes());
    let signed = format!("{header}.{claims}");
    hmac::verify(&key, signed.as_bytes(), &decode(signature)?)
        .map_err(|_| "signature is invalid".to_owned())?;
    json(claims)
}

fn algorithm(method: &str) -> Result<Algorithm, String> {
    match method {
        "HS256" => Ok(HMAC_SHA256),
        "HS384" => Ok(HMAC_SHA384),
        "HS512" => Ok(HMAC_SHA512),
        other => Err(format!("unexpected signing method: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::config::Settings;

    fn http() -> Http {
        let text = "[http]\nauth-enabled = true\nshared-secret = 's3'";
        Settings::read("k", text, []).expect("settings").http()
    }

    fn token(method: &str, secret: &str, claims: &Json) -> String {
        let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": method, "typ": "JWT"})), part(claims));
        let key = hmac::Key::new(algorithm(method).unwrap_or(HMAC_SHA256), secret.as_bytes());
        format!("Bearer {signed}.{}", URL_SAFE_NO_PAD.encode(hmac::sign(&key, signed.as_bytes())))
    }

    fn ask(header: &str) -> Result<Asker, String> {
        asker(&http(), Some(header), (None, None), 1000)
    }

    fn user(name: &str, password: &str) -> Result<Asker, String> {
        Ok(Asker::User { name: name.to_owned(), password: Secret::new(password) })
    }

    #[test]
    fn nobody_is_asked_where_nobody_has_to_be() {
        let open = Settings::default().http();
        assert_eq!(asker(&open, Some("Bearer nonsense"), (None, None), 0), Ok(Asker::Anyone));
    }

    #[test]
    fn names_and_passwords() {
        let basic = |text: &str| ask(&format!("Basic {}", STANDARD.encode(text)));
        assert_eq!(basic("u:p:q"), user("u", "p:q"));
        assert_eq!(basic("~subscriber:t"), Ok(Asker::Subscriber(Secret::new("t"))));
        assert_eq!(basic(":p"), Err("username required".to_owned()));
        let none = Err("unable to parse authentication credentials".to_owned());
        assert_eq!(basic("u"), none);
        assert_eq!(ask("Basic ?"), none);
        assert_eq!(ask(""), none);
        assert_eq!(asker(&http(), None, (Some("u"), Some("p")), 0), user("u", "p"));
        assert_eq!(asker(&http(), None, (Some("u"), Some("")), 0), none);
        assert!(!format!("{:?}", user("u", "hidden")).contains("hidden"));
    }

    #[test]
    fn tokens() {
        let good = json!({"username": "bob", "exp": 2000});
        for method in ["HS256", "HS384", "HS512"] {
            assert_eq!(ask(&token(method, "s3", &good)), Ok(Asker::Vouched("bob".to_owned())));
        }
        for (header, expected) in [
            (token("HS256", "other", &good), "invalid token: signature is invalid"),
            (token("none", "s3", &good), "invalid token: unexpected signing method: none"),
            ("Bearer a.b".to_owned(), "invalid token: token contains an invalid number of segments"),
            ("Bearer ?.b.c".to_owned(), "invalid token: illegal base64 data"),
            (
                token("HS256", "s3", &json!({"username": "bob", "exp": 940})),
                "invalid token: token is expired by 1m0s",
            ),
            (
                token("HS256", "s3", &json!({"username": "bob", "exp": 2000, "nbf": 1500})),
                "invalid token: token is not valid yet",
            ),
            (token("HS256", "s3", &json!({"username": "bob"})), "token expiration required"),
            (token("HS256", "s3", &json!({"username": "bob", "exp": 0})), "token expiration required"),
            (
                token("HS256", "s3", &json!({"username": 1, "exp": 2000})),
                "username in token must be a string",
            ),
            (token("HS256", "s3", &json!({"username": "", "exp": 2000})), "token must contain a username"),
        ] {
            assert_eq!(ask(&header), Err(expected.to_owned()));
        }
    }

    #[test]
    fn no_secret_means_no_tokens() {
        let http = Http { shared_secret: Secret::default(), ..http() };
        let header = token("HS256", "", &json!({"username": "bob", "exp": 2000}));
        let refused = asker(&http, Some(&header), (None, None), 1000);
        assert_eq!(refused, Err("invalid token: `[http]` has no `shared-secret`".to_owned()));
    }
}
