//! Addresses and networks, as settings name them.

use serde::Deserialize;

/// An address, or a network as 10.0.0.0/8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(pub ipnet::IpNet);

impl Network {
    fn of(text: &str) -> Result<Self, String> {
        // A socket of both kinds names an address of version 4 in the form of version 6: known either way.
        let address = || text.parse::<std::net::IpAddr>().ok().map(|address| address.to_canonical().into());
        let network = text.parse().ok().or_else(address);
        network.map(Network).ok_or_else(|| format!("{text}: no address, and no network"))
    }
}

/// A list, or one text with commas, as the environment has it.
pub fn networks<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<Network>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Said {
        Text(String),
        List(Vec<String>),
    }
    let said = match Said::deserialize(deserializer)? {
        Said::Text(text) => text.split(',').map(String::from).collect(),
        Said::List(list) => list,
    };
    let said = said.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    said.map(Network::of).collect::<Result<_, _>>().map_err(serde::de::Error::custom)
}
