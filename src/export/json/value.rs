use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::trace::{Param, Value};

/// A database value: blobs are `{"blob": "<hex>"}`, and reals that JSON cannot say are `{"real": "inf"}`.
pub struct ValueDoc(pub Value);

/// The same, borrowed, for writing.
pub struct ValueOut<'a>(pub &'a Value);

impl Serialize for ValueOut<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Null => serializer.serialize_none(),
            Value::Integer(number) => serializer.serialize_i64(*number),
            Value::Real(number) if number.is_finite() => serializer.serialize_f64(*number),
            Value::Real(number) => one(serializer, "real", &number.to_string()),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Blob(bytes) => {
                let mut hex = String::with_capacity(bytes.len() * 2);
                for byte in &**bytes {
                    // Writing to a string cannot fail.
                    let _ = write!(hex, "{byte:02x}");
                }
                one(serializer, "blob", &hex)
            }
        }
    }
}

fn one<S: Serializer>(serializer: S, key: &str, value: &str) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(key, value)?;
    map.end()
}

impl<'de> Deserialize<'de> for ValueDoc {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor).map(Self)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value: null, a number, a text, or {\"blob\": \"<hex>\"}")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        // SQLite has no booleans; other writers of this format may.
        Ok(Value::Integer(i64::from(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        match i64::try_from(value) {
            Ok(value) => Ok(Value::Integer(value)),
            Err(_) => Err(E::invalid_value(
                Unexpected::Unsigned(value),
                &"an integer of 64 bits with sign",
            )),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Real(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::Text(Arc::from(value)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let entry: Option<(String, String)> = map.next_entry()?;
        let value = match entry.as_ref().map(|(key, value)| (key.as_str(), value)) {
            Some(("blob", hex)) => unhex(hex).map(|bytes| Value::Blob(bytes.into())),
            Some(("real", real)) => real.parse().ok().map(Value::Real),
            _ => None,
        };
        value.ok_or_else(|| A::Error::invalid_value(Unexpected::Map, &self))
    }
}

fn unhex(hex: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let (pairs, rest) = hex.as_bytes().as_chunks::<2>();
    if !rest.is_empty() {
        return None;
    }
    pairs
        .iter()
        .map(|&[high, low]| Some((digit(high)? * 16 + digit(low)?) as u8))
        .collect()
}

/// The values of a scenario's parameters, an object in the order of the scenario.
#[derive(Default)]
pub struct Params(pub Vec<(String, Param)>);

impl Serialize for Params {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, param) in &self.0 {
            map.serialize_key(name)?;
            match param {
                Param::Integer(value) => map.serialize_value(value)?,
                Param::Number(value) => map.serialize_value(value)?,
                Param::Boolean(value) => map.serialize_value(value)?,
                Param::Text(value) => map.serialize_value(value)?,
            }
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Params {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ParamsVisitor)
    }
}

struct ParamsVisitor;

impl<'de> Visitor<'de> for ParamsVisitor {
    type Value = Params;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of parameters: numbers, texts, true or false")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Params, A::Error> {
        #[derive(serde::Deserialize)]
        #[serde(untagged)]
        enum Any {
            Boolean(bool),
            Integer(i64),
            Number(f64),
            Text(String),
        }
        let mut params = Vec::new();
        while let Some((name, value)) = map.next_entry::<String, Any>()? {
            let param = match value {
                Any::Boolean(value) => Param::Boolean(value),
                Any::Integer(value) => Param::Integer(value),
                Any::Number(value) => Param::Number(value),
                Any::Text(value) => Param::Text(value),
            };
            params.push((name, param));
        }
        Ok(Params(params))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: Value, json: &str) {
        let written = serde_json::to_string(&ValueOut(&value)).expect("can be written");
        assert_eq!(written, json);
        let ValueDoc(read) = serde_json::from_str(json).expect("can be read");
        assert_eq!(read, value);
    }

    #[test]
    fn values_come_back() {
        check(Value::Null, "null");
        check(Value::Integer(i64::MIN), "-9223372036854775808");
        check(Value::Integer(i64::MAX), "9223372036854775807");
        check(Value::Real(1.0), "1.0");
        check(Value::Real(0.1 + 0.2), "0.30000000000000004");
        check(Value::Real(7.038531e-26), "7.038531e-26");
        check(Value::Real(f64::MAX), "1.7976931348623157e+308");
        check(Value::Real(f64::NEG_INFINITY), r#"{"real":"-inf"}"#);
        check(Value::Text("ä\"\n\u{1F600}".into()), "\"ä\\\"\\n😀\"");
        check(Value::Blob(vec![0, 255, 16].into()), r#"{"blob":"00ff10"}"#);
        check(Value::Blob(Vec::new().into()), r#"{"blob":""}"#);
    }

    #[test]
    fn no_value() {
        for json in [
            "[]",
            r#"{"blob":"0"}"#,
            r#"{"blob":"zz"}"#,
            r#"{"a":"b"}"#,
            "{}",
            "18446744073709551615",
        ] {
            assert!(serde_json::from_str::<ValueDoc>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn params_keep_their_order_and_type() {
        let json = r#"{"N":100,"ratio":1.0,"deep":true,"mode":"lazy","A":-1}"#;
        let params: Params = serde_json::from_str(json).expect("can be read");
        assert_eq!(params.0[1], ("ratio".into(), Param::Number(1.0)));
        assert_eq!(
            serde_json::to_string(&params).expect("can be written"),
            json
        );
    }
}
