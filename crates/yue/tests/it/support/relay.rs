//! A road to a party that is closed until a test opens it: connections are refused, so nothing surely left.

use std::net::SocketAddr;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

pub struct Relay {
    here: SocketAddr,
    traffic: Option<JoinHandle<()>>,
}

impl Relay {
    /// An address of which nobody listens.
    pub fn closed() -> Self {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        Relay { here: taken.local_addr().unwrap(), traffic: None }
    }

    pub fn here(&self) -> SocketAddr {
        self.here
    }

    pub async fn open(&mut self, to: SocketAddr) {
        let listener = TcpListener::bind(self.here).await.unwrap();
        self.traffic = Some(tokio::spawn(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut to = TcpStream::connect(to).await.unwrap();
                    copy_bidirectional(&mut from, &mut to).await
                });
            }
        }));
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        if let Some(traffic) = &self.traffic {
            traffic.abort();
        }
    }
}
