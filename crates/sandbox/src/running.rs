//! Starting a sandbox, and stopping it with its handle.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::fault::faulty;
use crate::listener::{CuttableListener, Cutter};
use crate::world::World;
use crate::{Config, Control, Party, books, control_pages, home, koha, sip2, sms, wechat};

pub struct Sandbox;

/// A running sandbox. Dropping it closes its sockets and ends its connections.
pub struct Running {
    pub http: SocketAddr,
    pub sip2: SocketAddr,
    pub control: Control,
    tasks: Vec<JoinHandle<()>>,
    _running: watch::Sender<()>,
}

impl Sandbox {
    pub async fn start(config: Config) -> io::Result<Running> {
        let http = TcpListener::bind(config.http).await?;
        let sip2 = TcpListener::bind(config.sip2).await?;
        let (http_at, sip2_at) = (http.local_addr()?, sip2.local_addr()?);
        let (sender, receiver) = watch::channel(());
        let world = Arc::new(World::new(config, sip2_at));
        let tasks = vec![
            tokio::spawn(serve_http(CuttableListener::new(http, receiver), router(&world))),
            tokio::spawn(sip2::serve(sip2, world.clone())),
        ];
        Ok(Running { http: http_at, sip2: sip2_at, control: Control(world), tasks, _running: sender })
    }
}

impl Running {
    /// `http://127.0.0.1:port`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.http)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

fn router(world: &Arc<World>) -> Router {
    Router::new()
        .merge(faulty(world, Party::Wechat, wechat::routes()))
        .merge(faulty(world, Party::Sms, sms::gateway_routes().merge(sms::root_routes())))
        .merge(faulty(world, Party::Tencent, sms::tencent_routes()))
        .merge(faulty(world, Party::Koha, koha::routes()))
        .merge(faulty(world, Party::Sru, books::sru_routes()))
        .merge(faulty(world, Party::OpenLibrary, books::open_library_routes()))
        .merge(wechat::inbox_routes())
        .merge(sms::inbox_routes())
        .merge(control_pages::routes())
        .merge(home::routes())
        .with_state(world.clone())
}

async fn serve_http(listener: CuttableListener, router: Router) {
    // It ends only by being aborted.
    let _ = axum::serve(listener, router.into_make_service_with_connect_info::<Cutter>()).await;
}
